"""What the demo shop says of itself. Honest: nothing here is for sale.

Words in braces stand for the shop's name, its country, and amounts in its currency. Some pages are parts of
other pages, known by their address: docs/storefront.md.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class DemoPage:
    slug: str
    title: str
    body: str
    in_footer: bool = True


PAGES: tuple[DemoPage, ...] = (
    DemoPage(
        "about",
        "About {shop}",
        """
<p>{shop} is a demonstration shop. Its goods are invented, its customers too, and nothing on these pages is for sale.
What is real is the software: products, stock, carts, checkout, orders and refunds all work.</p>
<h2>Pictures drawn by arithmetic</h2>
<p>Every motif follows one rule, a number and a handful of colours. A page of code says what may happen: how a stem
branches, where a line must turn, which colours may touch. The number of each drawing we keep becomes its name, and the
same number draws the same picture on every machine.</p>
<p>The pictures of the goods are drawn the same way, by light, shadow and grain worked out in code. No photograph was
taken and no model was asked.</p>
<h2>Try it</h2>
<p>Put something in the bag, check out with an invented address, and pay with one of the test cards. No money moves.
The parcel never comes, but the confirmation does.</p>
""",
    ),
    DemoPage(
        "shipping",
        "Delivery",
        """
<p>This is a demonstration shop: orders are confirmed, packed and sent on the screen only. The prices and times below
are the ones its software works with.</p>
<table>
<thead><tr><th scope="col">To</th><th scope="col">Way</th><th scope="col">Price</th></tr></thead>
<tbody>
<tr><th scope="row">{country}</th><td>Standard, tracked</td><td>{standard}, free from {free_from}</td></tr>
<tr><th scope="row">{country}</th><td>Express</td><td>{express}</td></tr>
<tr><th scope="row">Rest of Europe</th><td>Standard, tracked</td><td>{europe}</td></tr>
<tr><th scope="row">Elsewhere</th><td>International, tracked</td><td>{world}</td></tr>
</tbody>
</table>
<p>What is ordered before noon, or express before two, leaves on the same working day. The days between which it should
be with you are shown at checkout, before you pay.</p>
<p>Prints travel flat up to 50 × 70 cm and rolled above. Framed prints travel in a box with corners of cardboard.
There is no plastic in the parcel.</p>
""",
    ),
    DemoPage(
        "returns",
        "Returns",
        """
<p>You have thirty days to change your mind, counted from the day the last thing arrived. Write to us or use the
form on your order's page; you need give no reason.</p>
<ol>
<li>Tell us what comes back.</li>
<li>Send it in the box it came in. For returns from the European Union we pay the parcel.</li>
<li>When it is here we refund what you paid, the outward delivery included, by the way it came. That takes two to
five working days.</li>
</ol>
<p>If something arrived damaged, send a picture. We replace it at once and do not want the broken one back.</p>
<p>This is a demonstration shop. Its returns are booked, its stock goes up again, and no parcel moves.</p>
""",
    ),
    DemoPage(
        "terms",
        "Terms",
        """
<p>These terms show what such a page looks like. They bind nobody, because this demonstration shop sells nothing.
Whoever opens a real shop with this software replaces them with terms of their own.</p>
<h2>Order and contract</h2>
<p>The goods on these pages are an invitation to order. With your order you make an offer; the confirmation accepts
it.
You see all prices, delivery included, before you order.</p>
<h2>Prices and payment</h2>
<p>Prices include value added tax. In this shop one pays with test cards, by an invented transfer, or on delivery.</p>
<h2>Delivery</h2>
<p>We deliver to the address you give, by the way you choose. Should something be sold out after all, we tell you at
once and refund what you paid.</p>
<h2>Warranty</h2>
<p>The statutory rights apply. A thing that is not as described is repaired, replaced or refunded.</p>
""",
    ),
    DemoPage(
        "privacy",
        "Privacy",
        """
<p>This demonstration shop keeps what it needs to work and nothing else. Do not enter anything that should stay
private:
whoever runs this copy can read it.</p>
<h2>What is kept</h2>
<ul>
<li>Your account: name, e-mail address, addresses you save. The password only as a hash.</li>
<li>Your orders: what was ordered, where it should go, how it was paid. Card numbers never reach the shop.</li>
<li>One cookie for your session and one against forged forms. None to follow you.</li>
</ul>
<h2>What is not done</h2>
<p>No picture, font, script or counter comes from another host. Nothing is sold or passed on.</p>
<h2>Your rights</h2>
<p>You may ask what is kept, have it corrected, take it with you, or have it deleted. Orders are kept as long as the
law of bookkeeping asks for, without your name where that is possible.</p>
""",
    ),
    DemoPage(
        "imprint",
        "Imprint",
        """
<p>{shop} is a demonstration of shop software and not a business. It has no owner, no address and no tax number of its
own, because nothing is sold here.</p>
<p>Responsible for this copy is whoever runs it. If you do: put your name, address, e-mail and, where you have them,
register and tax numbers on this page before you sell anything.</p>
""",
    ),
    DemoPage(
        "strip", "Free delivery in {country} from {free_from}. Thirty days to change your mind.", "", in_footer=False
    ),
    DemoPage("delivery-note", "Made in small runs. No plastic in the parcel.", "", in_footer=False),
    DemoPage(
        "home",
        "Pictures drawn by arithmetic, made to live with.",
        """
<p>A rule, a number and six good colours. Each motif is drawn once, printed with care and signed with the number
that made it.</p>
""",
        in_footer=False,
    ),
    DemoPage(
        "home-featured",
        "One drawing, four ways to keep it",
        """
<p>The same thirteen lines of height, redrawn for each thing: wider for a cup, tighter for a cushion, never merely
scaled.</p>
""",
        in_footer=False,
    ),
    DemoPage(
        "home-categories",
        "Families and things",
        """
<p>Each family is one rule; the numbers do the rest. Some of them go on cloth and clay.</p>
""",
        in_footer=False,
    ),
    DemoPage(
        "home-how",
        "How a picture is made",
        """
<ol>
<li><h3>A rule is written</h3><p>A page of code says what may happen: how a stem branches, where a line must turn,
which colours may touch.</p></li>
<li><h3>Numbers try it</h3><p>We draw a few hundred and look at every one. Most are thrown away. The number of each
one kept becomes its name.</p></li>
<li><h3>It is printed slowly</h3><p>Pigment ink on 300 g cotton paper, dried flat for a day, checked by hand and
packed without plastic.</p></li>
</ol>
""",
        in_footer=False,
    ),
)
