"""The words of the reviews, by kind of goods: (rating, title, comment)."""

Text = tuple[int, str, str]

# fmt: off
PRINTS: tuple[Text, ...] = (
    (5, "Better on paper than on the screen",
     ("The lines are so fine that I thought they were drawn with a pen. The frame is quiet and the glass is real "
     "glass.")),
    (4, "The accent is stronger than I expected",
     "I took it for a bedroom and moved it to the kitchen, where it is exactly right. Arrived a day early."),
    (5, "Heavy paper, careful parcel",
     "Packed flat between two boards, not a crease. The paper is thick enough to stand by itself."),
    (5, "It hangs where I drink my coffee",
     "I have looked at it every morning for a month and still find something I had not followed."),
    (4, "Lovely, but measure first",
     "The sheet size includes the white edge, which the page does say. With a mat of our own it fits perfectly."),
    (5, "A present that was kept", "Given to my sister, who gives everything away. This she hung up the same evening."),
    (3, "Good print, slow frame",
     ("The print itself is beautiful. The frame took three days longer than promised, and nobody told me until I "
     "asked.")),
    (5, "Matt is the right choice",
     "No reflection at all from the window opposite. We bought a second one for the stairs."),
    (4, "Colours a little darker in the evening",
     "By day it is what the picture shows. Under warm lamps the blues go deep, which I have come to like."),
    (5, "Every guest asks", "People step up to it, and then step back again. That is what I wanted on that wall."),
    (5, "Ready to hang",
     "Wire on the back, two felt dots at the bottom, level at the first try. Somebody thought about it."),
    (2, "Came with a dented corner",
     ("The frame had a dent in the lower left corner. They sent a new one within the week, so two stars for the "
     "first and five for the second.")),
    (4, "Smaller than it looks in the room",
     "My own fault: 30 × 40 is not large above a sofa. I will order the next size and move this one to the hall."),
    (5, "The number on the back",
     "It is signed in pencil with the number that made it. A small thing, and my favourite part."),
    (5, "Three walls tried, all worked", "Grey wall, white wall, green wall. It stays on the green one."),
    (4, "Fine work",
     "Clean edges, even ink, no banding, and I look at prints for a living. The mat could be a touch whiter."),
    (3, "Not quite for me",
     "Well made, but busier than I imagined. Sending it back was easy and the money came in two days."),
    (5, "My son explains it to visitors",
     "He is nine and knows the rule by heart now. Best mathematics lesson we ever paid for."),
    (5, "Quietly good", "Nothing shouts. I keep noticing that the room is calmer."),
    (4, "Would buy the oak again",
     "The walnut is a bit redder than on my screen. The oak of our first one is spot on."),
    (5, "Fast, flat, flawless", "Ordered on Sunday, on the wall on Thursday."),
    (5, "Goes with the old furniture",
     ("We have nothing modern at home and I was not sure. It sits between two dressers from 1920 as if it had "
     "always been there.")),
    (4, "Good value without the frame",
     ("We framed it ourselves. The paper curls a little when it comes out of the tube and lies flat after a night"
     " under books.")),
    (5, "Second one in a year", "The first went along when my daughter moved out. This one is mine."),
)
# fmt: on

# fmt: off
CUSHIONS: tuple[Text, ...] = (
    (5, "The linen softens", "A little stiff on the first day, lovely after the first wash, and the colours stayed."),
    (4, "Plump and well sewn",
     "The piping is neat all the way round. I should have liked a zip that matches the colour."),
    (5, "Looks drawn for our sofa", "Two of them, and we took everything else off."),
    (3, "Colours paler than on the screen",
     "Nice cloth, but the deep tone is more of a middle tone. It still goes with the chair."),
    (5, "Cat approved", "She has moved in. Hairs come off with a wet hand."),
    (4, "Go for the feather pad", "We have both. The fibre one is fine; the feather one keeps its corners."),
    (5, "Solid", "Heavier cloth than I am used to. It feels like something that will be here in ten years."),
    (4, "A tight fit at first", "Getting the pad in takes patience, and then it sits without a wrinkle."),
    (5, "Washed three times", "Inside out at forty, as they say. No fading so far."),
    (2, "Too small for us", "The 45 looks lost on a deep sofa. My advice is to take the 60 from the start."),
    (5, "The pattern runs over the edge",
     "It does not stop before the seam as with cheap ones. That is what makes it."),
    (4, "Pretty and practical", "Used daily by three children, still presentable."),
    (5, "Bought one, ordered the second on the same evening", "Nothing more to say."),
)
# fmt: on

# fmt: off
MUGS: tuple[Text, ...] = (
    (5, "My cup now", "It has the right weight and the handle takes three fingers. Nobody else may use it."),
    (5, "Dishwasher every day for a year",
     "Not a scratch, not a faded spot. I had given up on printed mugs before this one."),
    (4, "Smooth foot", "It stands on a lacquered table and leaves nothing. The rim could be a hair thinner."),
    (5, "The drawing goes all the way round", "Even behind the handle. I did not expect that."),
    (3, "One of four had a bubble in the glaze",
     "The other three are perfect. They offered to exchange it, but I drink from it anyway."),
    (4, "Keeps warm", "Thick enough for a slow coffee. A little heavy when it is full."),
    (5, "Packed like an egg", "Cardboard all round, no plastic, no damage."),
    (5, "Birthday saved", "Ordered on Tuesday, unwrapped on Saturday, in use since."),
    (4, "Speckled, as it should be",
     "Each of ours is a little different. I like that; my mother-in-law counted the specks."),
    (5, "Bought for the office", "Four colleagues have asked where it is from."),
    (2, "The handle gets hot",
     "In the microwave the handle gets hotter than the tea. On the stove side of life it is a fine mug."),
    (5, "Better colours than the photo", "On the page it is pretty, in the hand it glows."),
    (4, "Good size", "Holds a proper cup of tea with room for milk."),
)
# fmt: on

# fmt: off
TOTES: tuple[Text, ...] = (
    (5, "Carries more than it looks", "Twelve kilos of potatoes on the first day. The seams did not notice."),
    (4, "Long straps, at last", "Fits over a winter coat. An inside pocket would make it perfect."),
    (5, "The print softened with the bag", "Washed twice, and it looks better than new."),
    (5, "Everyone at the market knows it", "The woman with the cheese now greets the bag first."),
    (3, "Shrank a little", "About two centimetres in the first wash. Still large enough, but they could say so."),
    (4, "Thick canvas", "It stands by itself when you pack it. Took a week to become supple."),
    (5, "My daily bag since spring", "Laptop, lunch, book, umbrella, in that order."),
    (5, "Small bag, great joy", "Bought as a thank-you for a neighbour, then a second for myself."),
    (4, "Ink bag shows lint", "The natural one does not. Both are well made."),
    (2, "Print not straight",
     "It sits a few millimetres off. They took it back without a word, and the new one is straight."),
    (5, "Good cause for leaving plastic", "Folds small enough for a coat pocket, opens big enough for the week."),
)
# fmt: on

TEXTS: dict[str, tuple[Text, ...]] = {"prints": PRINTS, "cushions": CUSHIONS, "mugs": MUGS, "totes": TOTES}
