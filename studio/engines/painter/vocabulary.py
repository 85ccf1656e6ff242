"""The words that the painter knows, by what they stand for. Data; the plain English of prompts. Standard library."""

from __future__ import annotations

# Each line: what it stands for, then the words and phrases for it, parted by commas. Plurals follow by themselves.
PLACES = """
mountains: mountain, alps, alpine, peak, summit, ridge, range, highlands, himalaya, massif
hills: hill, hillside, rolling, downs, slope, countryside, tuscany
cliffs: cliff, fjord, coast, coastline, headland, bluff
canyon: gorge, mesa, butte, badlands, grand canyon, ravine
desert: dune, sahara, sand dunes, wasteland, sands
forest: woods, woodland, wood, trees, taiga, grove
jungle: rainforest, tropics, tropical
field: fields, farmland, wheat, crops, plantation, vineyard, farm
meadow: meadow, grassland, prairie, pasture, lawn, steppe, savanna, savannah
garden: park, orchard, flowerbed, backyard
sea: ocean, sea, seascape, atlantic, pacific
beach: shore, seaside, sandy beach, shoreline, bay, coast of sand
lake: pond, lagoon, loch, reservoir, tarn
river: stream, brook, creek, canal, delta
waterfall: falls, cascade, cataract
island: islet, atoll, isle
harbour: harbor, port, marina, dock, quay, wharf
swamp: marsh, bog, wetland, bayou
city: skyline, cityscape, metropolis, downtown, skyscraper, urban, town, new york, tokyo, london
village: hamlet, settlement, small town, cottages
road: street, path, highway, lane, trail, route, track, way
cave: cavern, grotto, cave mouth
volcano: volcanic, crater, eruption, lava
arctic: tundra, glacier, iceberg, ice, antarctica, north pole, polar, frozen
space: outer space, cosmos, galaxy, universe, nebula, cosmic, astronaut, interstellar, solar system
underwater: reef, coral, deep sea, under the sea, seabed, ocean floor, submarine
synthwave: retrowave, vaporwave, outrun, cyberpunk, eighties, 80s
"""

SKY = """
sun: sun, sunshine, sunny, sunlight
moon: moon, full moon, moonlight, moonlit, moonrise
crescent: crescent moon, crescent, new moon, half moon
stars: star, starry, starlight, starlit, constellation
milkyway: milky way, galaxy sky, starry band
aurora: aurora, northern lights, polar lights, borealis
comet: comet, shooting star, meteor, falling star
planet: planet, saturn, jupiter, ringed planet, mars, alien world
rainbow: rainbow
clouds: cloud, cloudy, overcast, cumulus, cloudscape
clear: clear sky, cloudless, blue sky
rays: sunbeam, god rays, light rays, beams, shafts of light
"""

WEATHER = """
fog: fog, foggy, mist, misty, haze, hazy, smoke
rain: rain, rainy, drizzle, raining, downpour, shower, wet
snow: snow, snowfall, snowing, blizzard, snowflake
storm: storm, stormy, thunderstorm, tempest, hurricane, tornado
lightning: lightning, thunder, thunderbolt
wind: wind, windy, breeze, breezy
"""

TIMES = """
dawn: dawn, daybreak, sunrise, early morning, first light
morning: morning
day: day, daytime, daylight, midday, noon, bright day, afternoon, high noon
golden: golden hour, evening light, late afternoon, golden light, evening
sunset: sunset, sundown, setting sun
dusk: dusk, twilight, blue hour, nightfall, gloaming
night: night, midnight, nighttime, nocturnal, nightscape, after dark
"""

SEASONS = """
spring: spring, springtime, april, may day, blooming
summer: summer, summertime, july, august
autumn: autumn, fall colours, fall colors, autumnal, october, november, fall
winter: winter, snowy, snow-covered, snow covered, snowcapped, wintertime, wintry, december, january, frost, frosty
"""

MOODS = """
calm: calm, peaceful, quiet, serene, tranquil, still, gentle, relaxing, meditative, lofi, lo-fi, ambient, chill
dark: dark, gloomy, sinister, scary, horror, spooky, ominous, grim, noir, haunted, gothic, halloween
cheerful: cheerful, happy, joyful, bright, fun, playful, sunny mood, cute, lively, colourful, colorful
lonely: lonely, alone, solitary, lonesome, melancholy, sad, abandoned, desolate, solitude, nostalgic
epic: epic, dramatic, majestic, grand, heroic, cinematic, mighty, adventure, fantasy
dreamy: dreamy, dream, surreal, magical, fairytale, fairy tale, ethereal, whimsical, enchanted
mysterious: mysterious, mystery, mystic, mystical, eerie, secret, true crime, crime
romantic: romantic, romance, love, tender
"""

COMPOSITION = """
wide: wide, panorama, panoramic, vast, wide angle, distant, far away, endless
close: close, close up, closeup, close-up, near, macro, big, large, giant, huge
symmetrical: symmetrical, symmetric, symmetry, centred, centered, mirrored
minimal: minimal, minimalist, minimalistic, simple, clean, empty, sparse
lowhorizon: low horizon, big sky, open sky
highhorizon: high horizon, aerial, bird's eye, from above
"""

STYLES = """
watercolour: watercolour, watercolor, aquarelle, water colour
oil: oil painting, oil, impressionist, impressionism, painterly, brush strokes, painted, van gogh
ink: ink, pen drawing, etching, engraving, line drawing, sketch, woodcut, linocut, pencil, black ink
pastel: pastel drawing, chalk, crayon, soft pastel
poster: poster, travel poster, flat design, vector, screen print, risograph, silkscreen, flat, illustration
pixel: pixel art, pixel, pixels, 8-bit, 8 bit, 16-bit, voxel, retro game
points: pointillism, pointillist, dots, dotted painting
mosaic: mosaic, stained glass, tiles, tessellated, low poly
"""

ABSTRACTS = """
waves: waves, wavy, sound wave, waveform, ripples
circles: circle, dots pattern, bubbles, orb, sphere, rings
stripes: stripe, lines, striped, bands
geometric: geometric, geometry, shapes, abstract, triangles, polygons, cubism
bauhaus: bauhaus, modernist, constructivist, suprematist, kandinsky, mid-century
mandala: mandala, kaleidoscope, ornament, rosette, symmetry pattern
gradient: gradient, blur, blurred colours, colour field, plain background, aura
spiral: spiral, vortex, swirl, whirl, hypnotic
sunburst: sunburst, radial, starburst, rays of colour
marble: marble, marbled, fluid, liquid, smoke swirls, ink flow, psychedelic
confetti: confetti, party, celebration, birthday, terrazzo
"""

THINGS = """
tree: tree, oak, maple, beech, willow, elm, lone tree
pine: pine, fir, spruce, conifer, evergreen, cedar, christmas tree
palm: palm, palm tree, coconut tree
birch: birch, aspen, poplar
blossom: cherry blossom, blossom, sakura, cherry tree, apple tree, almond tree
deadtree: dead tree, bare tree, leafless tree, gnarled tree
bush: bush, shrub, hedge
cypress: cypress
flower: flower, wildflower, daisy, rose, poppy, bloom, bouquet
sunflower: sunflower
tulip: tulip, lily, tulip field
lavender: lavender field, field of lavender
reed: reed, cattail, rushes
mushroom: mushroom, toadstool, fungus, fungi
cactus: cactus, cacti, saguaro
rock: rock, stone, boulder, pebble
house: house, home, cottage, cabin, hut, farmhouse, lodge
barn: barn, stable, shed
church: church, chapel, cathedral, monastery
castle: castle, fortress, palace, citadel
tower: tower, watchtower, spire, keep
lighthouse: lighthouse, beacon
temple: temple, shrine, acropolis, greek temple
pagoda: pagoda, japanese temple, japan
pyramid: pyramid, egypt
windmill: windmill, mill
turbine: wind turbine, turbine
ruin: ruin, ruins, columns, broken wall, stonehenge
bridge: bridge, stone bridge, viaduct, aqueduct
pier: pier, jetty, boardwalk
tent: tent, camp, camping, teepee, campsite
campfire: campfire, bonfire, fire, fireplace
lantern: lantern, lamp, paper lantern, candle
streetlamp: street lamp, streetlight, lamp post, lamppost, street light
fence: fence, picket fence, railing
bench: bench, park bench
sign: signpost, sign, crossroads
poles: telephone pole, telephone line, power line, utility pole, telegraph pole, pylon, wires
train: train, railway, locomotive, steam train, railroad
car: car, automobile, van, truck, camper
person: person, man, woman, figure, hiker, traveller, traveler, wanderer, girl, boy, someone, human, people
couple: couple, lovers, two people, friends, family
cat: cat, kitten, black cat
dog: dog, puppy
wolf: wolf, fox, coyote
horse: horse, stallion, pony
deer: deer, stag, elk, reindeer, moose
sheep: sheep, lamb, flock of sheep, goat
boat: boat, rowing boat, rowboat, canoe, fishing boat, gondola, kayak
ship: sailing ship, sailboat, ship, yacht, sailing boat, schooner, galleon, sail
whale: whale, orca
swan: swan, duck, goose, geese
fish: fish, goldfish, shoal, school of fish, dolphin
jellyfish: jellyfish, medusa
balloon: balloon, hot air balloon, hot-air balloon
bird: bird, seagull, gull, eagle, crow, raven, swallow, flock, bat, dove
kite: kite
airship: airship, zeppelin, blimp
plane: plane, airplane, aeroplane, aircraft, paper plane
butterfly: butterfly, moth
rocket: rocket, spaceship, spacecraft, space shuttle
ufo: ufo, flying saucer, alien
snowman: snowman
umbrella: umbrella, parasol
microphone: microphone, mic, podcast, interview, talk show, radio show
headphones: headphones, headphone, earphones, listening
vinyl: vinyl, record, turntable, album
note: music note, musical note, melody, music, song
guitar: guitar, acoustic guitar, ukulele
heart: heart
book: book, reading, story, stories, novel, audiobook, library
cup: cup, coffee, tea, mug
bulb: light bulb, lightbulb, bulb, idea
"""

COLOURS = """
red: c8332e, red, crimson, scarlet, ruby
orange: e8843a, orange, tangerine, amber
yellow: f2c744, yellow, golden, gold, lemon
green: 4d9a55, green, emerald, lime, mint
teal: 2f9c95, teal, turquoise, cyan, aqua
blue: 3a6fc4, blue, azure, cobalt, sapphire, navy
purple: 7a4fb0, purple, violet, lilac, indigo, lavender
pink: e58aae, pink, rose pink, magenta, coral pink, salmon
brown: 8a5f3f, brown, bronze, copper, rust, chocolate
white: f3f1ea, white, ivory, cream
black: 20202a, black, ebony
grey: 8d939b, grey, gray, silver, slate
"""

NUMBERS = {
    "a": 1, "an": 1, "one": 1, "single": 1, "lone": 1, "two": 2, "pair": 2, "couple of": 2, "both": 2, "three": 3,
    "trio": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "dozen": 12, "twelve": 12,
    "few": 3, "some": 4, "several": 5, "many": 9, "group": 5, "flock": 9, "lots": 12, "hundreds": 24, "countless": 24,
}  # fmt: skip

SIZES = {
    "tiny": 0.5, "small": 0.7, "little": 0.7, "young": 0.75, "big": 1.35, "large": 1.4, "tall": 1.3, "huge": 1.7,
    "giant": 1.9, "enormous": 1.9, "old": 1.15, "ancient": 1.2, "great": 1.4,
}  # fmt: skip

SAME_IN_PLURAL = frozenset({"fish", "sheep"})
COLLECTIVES = frozenset(
    {
        "flock",
        "cacti",
        "fungi",
        "geese",
        "people",
        "school of fish",
        "shoal",
        "flock of sheep",
        "wires",
        "ruins",
        "reed",
    }
)


REFUSALS = frozenset({"no", "without", "not", "never", "minus", "except", "lacking", "non"})

# Words that carry no picture: nobody needs to hear that they were left out.
SMALL_WORDS = """
4k 8k a above across against air album all along also an ancient and another any are around art artwork as at back
background be beautiful because been behind being below beneath beside best between beyond big blowing bottom bright
but by center centre cold color colored colors colour coloured colours coming cool cover deep detailed distance down
dozen drawing each early eight enormous every everything falling few five flies floating floats flying for foreground
four from front full giant glow glowing going great ground group hanging hd he her here high highly his horizon hot
house-like how huge i if illustration image in inside into is it its just land landscape large late least left less
life light lights like little lone look looking lot lots lovely low made many masterpiece middle midground more most
much my natural nature near never nice nine no not nothing of off old on one only onto or other our out outside over
over-looking overlooking own painting pair part photo photograph picture place pretty professional quality quite
rather realistic really resolution right rising rowing sailing sails scene setting seven several she shines shining
show showing shows side silhouette silhouettes single sits sitting six sky small so soft some something standing
stands style swimming tall ten than that the their then there these they thing things this those three through time
tiny to too top toward towards trending twelve two uhd under up very view walking walks warm was water we what when
where which while who why with without world you young your
"""
