/** The flags of an experiment: its own options, and those of every experiment. */
import type { Experiment, Values } from "../../experiment/experiment.ts";
import { asTyped, flagOf, option, type OptionSpec, type OptionValue } from "../../experiment/options.ts";
import { usualOf } from "../../experiment/points.ts";
import { OptionError } from "../../tensor/errors.ts";
import { KEEP_HINTS, list, type Flag, type Usage } from "../arguments.node.ts";

/** The name of an option as a flag, without its dashes. */
export const kebab = (name: string) => flagOf(name).slice(2);

function shown(spec: OptionSpec, name: string, subject: Experiment): string {
  if (spec.placeholder === undefined) return spec.help;
  const { options, presets = {} } = subject.definition;
  // With spaces, so that a long list can be folded.
  const usual = (given: Values) => listOf(spec, usualOf(subject, given)[name]).replaceAll(spec.separator,
    spec.separator === "," ? ", " : " / ");
  const first = usual({});
  const others = Object.entries(presets).flatMap(([of, byValue = {}]) => Object.keys(byValue).flatMap((value) => {
    const typed = options[of].placeholder === undefined ? flagOf(of) : `${flagOf(of)} ${value}`;
    const other = usual({ [of]: options[of].read(flagOf(of), value) });
    return other === first ? [] : [`with ${typed} ${other}`];
  }));
  return `${spec.help}: ${spec.allowed} (default ${[first, ...others].join("; ")})`;
}

/** Values as they are typed. */
export const listOf = (spec: OptionSpec, values: readonly OptionValue[]) => values.map(asTyped).join(spec.separator);

/** What was given of each flag, in order; "" each time for one that takes no value. */
export type Texts = Readonly<Record<string, readonly string[]>>;
export type TextFlags = Readonly<Record<string, Flag<readonly string[]>>>;

const bare = (text: string): Flag<readonly string[]> => ({ text, read: (given) => given });

/** A number as it was typed. */
export function numberOf(texts: Texts, flag: string): number | undefined {
  const text = texts[flag].at(-1);
  return text === undefined ? undefined : NUMBER.read(`--${flag}`, text);
}

const NUMBER = option.number(0, { help: "" });

const RUNNER: TextFlags = {
  "seeds": list("N", "how many seeds"),
  "seed": list("N", "the first of them (default 1)"),
  "only": list("NAME,NAME", "only these variants (default: all)"),
  "measure-every": list("N", "epochs between two measurements of the errors"),
  "random": list("N", "of a grid of values, only so many points, drawn from the first seed"),
  "shard": list("I/N", "only the Ith of N parts, as on several machines; chainrule merge joins them"),
  "workers": list("N", "how many trainings at once (default: as many as cores); same numbers"),
  "queue": list("URL", "leave the trainings to workers on other machines, as redis://host; see chainrule worker"),
  "verify": list("N", "with --queue: so many trainings are repeated by other workers and compared"),
  "task-timeout": list("S", "seconds after which a training is ended and counts as failed"),
  "json": list("FILE", "where the numbers go; the trainings are kept beside it"),
  "report": list("FILE", "where the report goes"),
  "csv": list("FILE", "where a table of all measurements goes (default: nowhere)"),
  "figures": list("DIR", "where each figure goes as an SVG, and as a PNG if @napi-rs/canvas is installed"),
  "dry": bare("say what would be trained, and about how long it takes"),
  "fresh": bare("train anew what is kept"),
  "resume": bare("continue an interrupted run; as without it, but refused if nothing was interrupted"),
  "turbo": bare("the processor's wider vectors, if this Node can use them: the same numbers, sooner"),
  "quiet": bare("print only the last sentence and the files"),
};

/** All flags of an experiment. @throws OptionError for an option with the name of a flag of every experiment. */
export function usageOf(subject: Experiment, call: string): Usage<TextFlags> {
  const { definition } = subject, flags: Record<string, Flag<readonly string[]>> = {};
  for (const [name, spec] of Object.entries(definition.options)) {
    const flag = kebab(name);
    if (Object.hasOwn(RUNNER, flag) || flag === "help") {
      const advice = "Choose another name.";
      throw new OptionError({ where: `experiment options.${name}`, given: name, allowed: "a name no other flag has",
        advice });
    }
    const text = shown(spec, name, subject);
    flags[flag] = spec.placeholder === undefined ? bare(text) : list(spec.placeholder, text);
  }
  const examples = (definition.examples ?? []).map((example) => `  ${call} ${example}`);
  return {
    call, takes: "", flags: { ...flags, ...RUNNER,
      seeds: { ...RUNNER["seeds"], text: `how many seeds (default ${definition.seeds ?? 5})` } },
    does: `${definition.title}. Compares: ${Object.keys(definition.variants).join(", ")}.`,
    more: [
      "Several values, as --lr 0.1,0.2, are tried in turn, each from every seed (lists",
      "with a slash between: --hidden 100/64,64). Several such options make a grid.",
      "The same command again continues where it was interrupted, and repeats nothing.",
      ...(examples.length > 0 ? ["", "Examples:", ...examples] : []),
    ].join("\n"),
    hints: {
      ...(Object.hasOwn(definition.options, "keep") && KEEP_HINTS),
      ...Object.fromEntries(Object.entries(definition.hints ?? {}).map(([name, hint]) => [kebab(name), hint])),
    },
  };
}
