const block = /(<!-- figures: (.+?) -->\n)[\s\S]*?(<!-- end of figures -->)/g;

/**
 * A page with its blocks made anew: what stands between `<!-- figures: NAME ARGUMENTS -->` and `<!-- end of figures -->`.
 *
 * @param make gives a block's content, from its name and arguments.
 */
export function fillBlocks(page: string, make: (name: string, args: readonly string[]) => string): string {
  return page.replace(block, (_, begin: string, asked: string, end: string) => {
    const [name = "", ...args] = asked.split(" ");
    return `${begin}\n${make(name, args)}\n\n${end}`;
  });
}
