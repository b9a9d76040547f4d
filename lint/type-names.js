import { placeOf } from "./paths.js";

/** The one file that looks at the names of classes. */
const HOME = "tensor/type-name.ts";

/** new.target, or the constructor of anything. */
function isClass(node) {
  const isTarget = node?.type === "MetaProperty" && node.meta.name === "new";
  return isTarget || (node?.type === "MemberExpression" && node.property.name === "constructor");
}

/**
 * What a class is called, in files and in messages, is its static typeName: minifiers change names of classes.
 * Right:  typeNameOf(layer.constructor), typeNameOf(new.target).
 * Wrong:  layer.constructor.name, new.target.name, const { name } = this.constructor.
 */
export default {
  meta: {
    type: "problem",
    docs: { description: "names of classes are asked of typeNameOf" },
    messages: { name: "A minifier changes the names of classes: use typeNameOf (src/tensor/type-name.ts)." },
    schema: [],
  },
  create(context) {
    const place = placeOf(context);
    if (place === undefined || place === HOME) return {};
    return {
      MemberExpression(node) {
        if (node.property.name === "name" && isClass(node.object)) context.report({ node, messageId: "name" });
      },
      VariableDeclarator(node) {
        const isNamed = node.id.type === "ObjectPattern" && node.id.properties.some(({ key }) => key?.name === "name");
        if (isNamed && isClass(node.init)) context.report({ node, messageId: "name" });
      },
    };
  },
};
