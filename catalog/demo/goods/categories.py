"""The shop's shelves, two levels deep."""

from catalog.demo.goods.types import DemoCategory
from catalog.demo.goods.words import FAMILY_WORDS

TOP: tuple[DemoCategory, ...] = (
    DemoCategory("prints", "Art prints", "Pigment ink on cotton paper, in up to four sizes, with or without a frame."),
    DemoCategory("cushions", "Cushions", "The same drawings on cloth, with piping and a hidden zip."),
    DemoCategory("mugs", "Mugs", "Stoneware with the drawing fired into the glaze."),
    DemoCategory("totes", "Totes", "Canvas bags, printed by hand."),
)
KINDS: tuple[DemoCategory, ...] = (
    DemoCategory(
        "cushions/linen-cushions", "Linen cushions", "Washed European linen, a little heavier and a little cooler."
    ),
    DemoCategory("cushions/cotton-cushions", "Cotton cushions", "Organic cotton twill, smooth and easy to wash."),
    DemoCategory("mugs/everyday-mugs", "Everyday mugs", "35 cl: a large coffee or a proper tea."),
    DemoCategory("mugs/large-mugs", "Large mugs", "50 cl: for soup, cocoa and slow mornings."),
    DemoCategory("totes/everyday-totes", "Everyday totes", "38 × 42 cm: a laptop, a lunch, an umbrella."),
    DemoCategory("totes/market-totes", "Market totes", "45 × 50 cm, with a base that stands."),
)


def categories() -> list[DemoCategory]:
    """Parents before their children, in the order of the menu."""
    families = [DemoCategory(f"prints/{slug}", family.plural, family.line) for slug, family in FAMILY_WORDS.items()]
    ordered: list[DemoCategory] = []
    for top in TOP:
        ordered.append(top)
        ordered += [child for child in (*families, *KINDS) if child.parent == top.slug]
    return ordered
