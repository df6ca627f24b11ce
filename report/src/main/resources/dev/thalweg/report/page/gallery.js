/* Pictures of a data set: a panel for each of its sections. */

const gallery = (() => ({
  /** The sections of `all` as panels. */
  list: (all) => all.sections.map((section, i) => ({
    name: `section-${i}`, title: section.title, wide: true, read: section.read,
    of: () => section,
    // Eight in a row, or four: what belongs together stays so.
    draw: (body) => body.append(h("div", { class: "rows" }, drawings.tiles(all.sheet, section.tiles.map(({ tile, under }) =>
      ({ tile, label: `${section.title}: ${under}`, under: [h("div", { class: "soft" }, under)] }))))),
  })),
}))();
