"""Lines of numbers, dates, money and abbreviations, and how they are read aloud, written by hand.

Letters that are said one by one are joined by hyphens. American English; `BRITISH` holds what differs.
"""

from __future__ import annotations

READINGS: tuple[tuple[str, str], ...] = (
    (
        "The ticket costs $5.20, or £3.50 at the door.",
        "The ticket costs five dollars and twenty cents, or three pounds and fifty pence at the door.",
    ),
    (
        "They raised $2.5 billion in 2021 and £3m a year later.",
        "They raised two point five billion dollars in twenty twenty-one and three million pounds a year later.",
    ),
    (
        "A €1,000 fine is 5% of her pay.",
        "A one thousand euro fine is five percent of her pay.",
    ),
    (
        "It was a $20 bill, and I got 5¢ back.",
        "It was a twenty dollar bill, and I got five cents back.",
    ),
    (
        "Rent went up from $900 to $1,150/month.",
        "Rent went up from nine hundred dollars to one thousand one hundred fifty dollars per month.",
    ),
    (
        "The letter is dated 2024-03-15.",
        "The letter is dated March fifteenth, twenty twenty-four.",
    ),
    (
        "She was born on March 5, 1984, and he on 12 May 2005.",
        "She was born on March fifth, nineteen eighty-four, and he on the twelfth of May two thousand five.",
    ),
    (
        "Return the form by 3/15/2024 at the latest.",
        "Return the form by March fifteenth, twenty twenty-four at the latest.",
    ),
    (
        "The shop reopens on Mon., Dec. 2nd.",
        "The shop reopens on Monday, December second.",
    ),
    (
        "In the 1990s it was new; by 2010 nobody used it.",
        "In the nineteen nineties it was new; by twenty ten nobody used it.",
    ),
    (
        "The war of 1914-18 began in July 1914.",
        "The war of nineteen fourteen to eighteen began in July nineteen fourteen.",
    ),
    (
        "The castle was built in 1066 and burnt in 1900.",
        "The castle was built in ten sixty-six and burnt in nineteen hundred.",
    ),
    (
        "The train leaves at 3:45 pm and arrives at 16:05.",
        "The train leaves at three forty-five P-M and arrives at sixteen oh five.",
    ),
    (
        "We open at 9 a.m. and close at 5 p.m.",
        "We open at nine A-M and close at five P-M.",
    ),
    (
        "The race ended at 10:05:30, not at 3 o'clock.",
        "The race ended at ten oh five and thirty seconds, not at three o'clock.",
    ),
    (
        "Dr. Smith lives at 12 Main St. near St. Mary's Church.",
        "doctor Smith lives at twelve Main street near saint Mary's Church.",
    ),
    (
        "Mr. and Mrs. Jones met Prof. Brown, e.g. at dinner.",
        "mister and missus Jones met professor Brown, for example at dinner.",
    ),
    (
        "Bring pens, paper, etc. to room No. 5.",
        "Bring pens, paper, et cetera to room number five.",
    ),
    (
        "It was Spain vs. Italy, and Spain won 4-1.",
        "It was Spain versus Italy, and Spain won four to one.",
    ),
    (
        "He ran 5km in 20 min at -3 °C.",
        "He ran five kilometers in twenty minutes at minus three degrees Celsius.",
    ),
    (
        "She is 5'11\" tall and drives at 60 mph.",
        "She is five foot eleven tall and drives at sixty miles per hour.",
    ),
    (
        "The laptop has 16GB of memory and a 2.4GHz chip.",
        "The laptop has sixteen gigabytes of memory and a two point four gigahertz chip.",
    ),
    (
        "The flat has 85 m², 1/2 of it in 3 rooms.",
        "The flat has eighty-five square meters, one half of it in three rooms.",
    ),
    (
        "Add 1 1/2 cups of flour, 3/4 cup of milk and 10-20 raisins.",
        "Add one and a half cups of flour, three quarters cup of milk and ten to twenty raisins.",
    ),
    (
        "About 1,234,567 people came, the 3rd year in a row.",
        "About one million two hundred thirty-four thousand five hundred sixty-seven people came, "
        "the third year in a row.",
    ),
    (
        "Pi is 3.14159, and the code is 0042.",
        "Pi is three point one four one five nine, and the code is zero zero four two.",
    ),
    (
        "Call 555-123-4567 and ask for ext. 12.",
        "Call five five five, one two three, four five six seven and ask for extension twelve.",
    ),
    (
        "NASA and the FBI use HTTP in the U.S. today.",
        "NASA and the F-B-I use H-T-T-P in the U-S today.",
    ),
    (
        "J. R. R. Tolkien wrote Chapter IV before World War II.",
        "J-R-R Tolkien wrote Chapter four before World War two.",
    ),
    (
        "Henry VIII had 6 wives, and I like to mix facts.",
        "Henry the eighth had six wives, and I like to mix facts.",
    ),
    (
        "Write to joe.doe@example.com or see https://www.example.org/help.",
        "Write to joe dot doe at example dot com or see W-W-W dot example dot org slash help.",
    ),
    (
        "Open notes.txt in version 3.11.2, said @sam with #MakeItSo.",
        "Open notes dot T-X-T in version three point eleven point two, said at sam with hashtag Make It So.",
    ),
    (
        "R&D found that 2 + 2 = 4 and 3 × 4 ≈ 12.",
        "R and D found that two plus two equals four and three times four is about twelve.",
    ),
    (
        "Track #5 has a ratio of 3:2, give or take ±2.",
        "Track number five has a ratio of three to two, give or take plus or minus two.",
    ),
    (
        "The 21st of June is the longest day; on 5 Nov. we light fires.",
        "The twenty-first of June is the longest day; on the fifth of November we light fires.",
    ),
    (
        "Figs. 2-4 are on pp. 10-12 of vol. 3.",
        "figures two to four are on pages ten to twelve of volume three.",
    ),
    (
        "A 10-minute walk burns approx. 50 kcal, i.e. not much.",
        "A ten-minute walk burns approximately fifty kilocalories, that is not much.",
    ),
    (
        "Prices fell 0.5% in Jan. and 10-15% in Feb.",
        "Prices fell zero point five percent in January and ten to fifteen percent in February.",
    ),
    (
        "The CEO's two DVDs and one MP3 cost 100 yen.",
        "The C-E-O's two D-V-Ds and one M-P three cost one hundred yen.",
    ),
    (
        "Martin Jr. moved from Washington, D.C. to 5th Ave.",
        "Martin junior moved from Washington, D-C to fifth avenue.",
    ),
)

BRITISH: tuple[tuple[str, str], ...] = (
    (
        "Return the form by 15/3/2024, or 4/3/2024 for members.",
        "Return the form by the fifteenth of March twenty twenty-four, "
        "or the fourth of March twenty twenty-four for members.",
    ),
    ("It is 5 km for 50p and 105 people.", "It is five kilometres for fifty pence and one hundred and five people."),
    ("The post came on March 5 at 3.30pm.", "The post came on March the fifth at three thirty P-M."),
    ("In 2005 it had 1,002 litres.", "In two thousand and five it had one thousand and two litres."),
    (
        "Ring 020 7946 0958 by 24.12.2025.",
        "Ring zero two zero, seven nine four six, zero nine five eight by the twenty-fourth of December "
        "twenty twenty-five.",
    ),
)
