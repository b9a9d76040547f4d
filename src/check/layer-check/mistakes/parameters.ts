/** Mistakes in the use of a parameter: read in another order, at another value, or once where forward uses it twice. */
import { indexOf } from "../../../ops/non-finite.ts";
import type { LayerCopy } from "../layer-copy.ts";
import { near, type Facts, type KnownMistake } from "./facts.ts";
import { explains } from "./what-if.ts";

/** Another number, or order of numbers, in place of a parameter's. */
const SUBSTITUTES: readonly (readonly [string, string, (data: Float64Array, shape: readonly number[]) => void])[] = [
  ["turned round, its order reversed", "flipped", (data) => { data.reverse(); }],
  ["turned round along its last axis, reversed or flipped", "flipped", (data, shape) => {
    const length = shape[shape.length - 1];
    for (let from = 0; from < data.length; from += length) data.subarray(from, from + length).reverse();
  }],
  ["turned round in its last two axes, flipped", "flipped", (data, shape) => {
    const length = shape[shape.length - 1] * (shape[shape.length - 2] ?? 1);
    for (let from = 0; from < data.length; from += length) data.subarray(from, from + length).reverse();
  }],
  ["transposed", "transposed", (data, shape) => {
    const [rows, columns] = [shape[0], data.length / shape[0]], from = data.slice();
    for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) data[j * rows + i] = from[i * columns + j];
  }],
  ["transposed, read with rows and columns exchanged", "transposed", (data, shape) => {
    const [rows, columns] = [shape[0], data.length / shape[0]], from = data.slice();
    for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) data[i * columns + j] = from[j * rows + i];
  }],
  ["transposed in its last two axes", "transposed", (data, shape) => {
    const [n, m] = shape.slice(-2), from = data.slice();
    if (n === m) data.forEach((_, i) => {
      const within = i % (n * n);
      data[i] = from[i - within + (within % n) * n + Math.floor(within / n)];
    });
  }],
  ["transposed in its first two axes, as channels in and out exchanged", "transposed", (data, shape) => {
    const [n, m] = shape, from = data.slice(), size = data.length / (n * m);
    if (n === m) data.forEach((_, i) => {
      const at = Math.floor(i / size);
      data[i] = from[((at % n) * n + Math.floor(at / n)) * size + (i % size)];
    });
  }],
  ["1: the factor is forgotten, a scale missing", "1", (data) => { data.fill(1); }],
  ["0: a path or term is forgotten", "0", (data) => { data.fill(0); }],
  ["its negative, the sign or minus wrong", "sign", (data) => { data.forEach((v, i) => { data[i] = -v; }); }],
  ["its square: applied twice", "square", (data) => { data.forEach((v, i) => { data[i] = v * v; }); }],
  ["its reciprocal: multiplied for divided", "reciprocal", (data) => { data.forEach((v, i) => { data[i] = 1 / v; }); }],
  ["1 minus it, the complement", "1 - p", (data) => { data.forEach((v, i) => { data[i] = 1 - v; }); }],
  ["its first number, as if it had one for all", "first", (data) => { data.fill(data[0]); }],
];

const parameterAsIf: KnownMistake = {
  name: "a parameter read wrongly",
  find(facts) {
    const { copy } = facts.evidence;
    for (const [index, { name }] of copy.layer.parameters.entries()) {
      for (const [told, , change] of SUBSTITUTES) {
        // A slope at another value of the parameter itself says nothing of how the parameter is used.
        if (!facts.isInput && index === facts.target.index) continue;
        const replaced = (other: LayerCopy) => {
          const { data, shape } = other.layer.parameters[index].value;
          if (data instanceof Float64Array) change(data, shape);
        };
        if (!explains(facts, { layer: replaced })) continue;
        return {
          seen: `Yours is what it would be if ${name} were ${told} ${facts.example}.`,
          meaning: `Backward uses ${name} in another way than forward, or not at all.`,
          question: `Where does backward read ${name}, with which index, and does forward read it so?`,
        };
      }
    }
    return undefined;
  },
};

/** A parameter that lies along one axis of y, and is read along another of the same length. */
const otherAxis: KnownMistake = {
  name: "a parameter read wrongly",
  find(facts) {
    const { evidence: { y, parameters, copy }, target, outputs, right, yours, size } = facts;
    const places = outputs.map((o) => indexOf(o, y.shape)), axes = [...y.shape.keys()].slice(1);
    for (const [index, { data }] of parameters.entries()) {
      if (data.length < 3 || (!facts.isInput && index === target.index)) continue;
      const fitting = axes.filter((axis) => y.shape[axis] === data.length);
      for (const a of fitting) {
        for (const b of fitting) {
          const isIt = a !== b && facts.yours.every((column, e) => column.every((slope, k) =>
            near(slope * data[places[k][a]], right[e][k] * data[places[k][b]], size * Math.abs(data[places[k][a]]))));
          if (!isIt || yours.every((column) => column.every((slope) => facts.isFlat(slope)))) continue;
          const { name } = copy.layer.parameters[index];
          return {
            seen: `Forward reads ${name} along axis ${a} of y, yours is what it would be if it were read along axis `
              + `${b}: an index of another axis ${facts.example}.`,
            meaning: `Backward uses ${name} in another way than forward.`,
            question: `With which index does forward read ${name}, and with which does backward?`,
          };
        }
      }
    }
    return undefined;
  },
};

/** Whether yours is what it would be with some parameter turned round, as with a filter that is not flipped. */
export function isFlipped(facts: Facts): boolean {
  return facts.evidence.copy.layer.parameters.some((_, index) => {
    return SUBSTITUTES.some(([, kind, change]) => {
      const turned = (other: LayerCopy) => {
        const { data, shape } = other.layer.parameters[index].value;
        if (data instanceof Float64Array) change(data, shape);
      };
      return kind === "flipped" && explains(facts, { layer: turned });
    });
  });
}

/** By Euler: what is homogeneous of degree d in p has Σ p · dy/dp = d · y. Each of d uses adds y. */
const oneUse: KnownMistake = {
  name: "one use of several",
  find(facts) {
    const { target, right, yours, outputs } = facts;
    if (target.entries.length < 2 || facts.own !== undefined || !facts.isWhole) return undefined;
    const along = (matrix: readonly Float64Array[]) => outputs.map((_, k) => {
      return matrix.reduce((sum, column, e) => sum + target.values[e] * column[k], 0);
    });
    const its = along(right), mine = along(yours);
    let top = 0;
    its.forEach((value, k) => { if (Math.abs(value) > Math.abs(its[top])) top = k; });
    const size = Math.abs(its[top]), ratio = mine[top] / its[top];
    if (!its.every((value, k) => near(mine[k], ratio * value, size)) || near(ratio, 1)) return undefined;
    const uses = [2, 3, 4].find((count) => [1, 2, 3].some((some) => some < count && near(ratio, some / count)));
    if (uses === undefined) return undefined;
    return {
      seen: `Forward uses ${target.name} ${uses === 2 ? "twice" : `${uses} times`}, yours counts `
        + `${Math.round(ratio * uses)} of these uses, not both or all: a term of the product rule is missing `
        + `${facts.example}.`,
      meaning: `Each use of ${target.name} in forward adds its own term: (u · v)' = u'·v + u·v'.`,
      question: `At how many places does forward read ${target.name}?`,
    };
  },
};

export const PARAMETERS = [parameterAsIf, otherAxis, oneUse] as const;
