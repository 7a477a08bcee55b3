"""Who is who in the demo shop: three people one can sign in as, and the customers of the past months."""

from dataclasses import dataclass

DOMAIN = "demo.example"


@dataclass(frozen=True)
class DemoPerson:
    first_name: str
    last_name: str
    line1: str
    postcode: str
    city: str
    country: str
    phone: str = ""

    @property
    def email(self) -> str:
        """ "ines.albrecht@demo.example": letters that every mail system knows."""
        name = f"{self.first_name}.{self.last_name}".lower()
        return "".join(PLAIN.get(letter, letter) for letter in name if letter != " ") + f"@{DOMAIN}"

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class DemoSignIn:
    """An account to try the shop with; `what_for` is printed beside it."""

    username: str
    email: str
    first_name: str
    last_name: str
    what_for: str
    is_staff: bool = False
    is_superuser: bool = False


PLAIN = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "é": "e", "è": "e", "ø": "o", "å": "a", "ł": "l", "ń": "n"}
PLAIN |= {"ó": "o", "ç": "c", "ñ": "n", "í": "i", "á": "a", "ã": "a", "'": "", "ý": "y"}

# The first customer is the shopper one can sign in as.
# fmt: off
CUSTOMERS: tuple[DemoPerson, ...] = (
    DemoPerson("Ines", "Albrecht", "Hafenstraße 12", "20359", "Hamburg", "DE", "+49 40 5550142"),
    DemoPerson("Marit", "Solberg", "Torstraße 88", "10119", "Berlin", "DE"),
    DemoPerson("Tomasz", "Wolski", "ulica Długa 14", "31-146", "Kraków", "PL"),
    DemoPerson("Jonas", "Keller", "Lindenallee 3", "50968", "Köln", "DE"),
    DemoPerson("Amélie", "Rousseau", "12 rue des Martyrs", "75009", "Paris", "FR"),
    DemoPerson("Sofie", "de Vries", "Prinsengracht 211", "1015 DT", "Amsterdam", "NL"),
    DemoPerson("Lukas", "Brandstätter", "Neubaugasse 40", "1070", "Wien", "AT"),
    DemoPerson("Hanna", "Vogt", "Am Markt 7", "99084", "Erfurt", "DE"),
    DemoPerson("Freja", "Lindholm", "Istedgade 66", "1650", "København", "DK"),
    DemoPerson("Paul", "Neumann", "Kaiserstraße 21", "76131", "Karlsruhe", "DE"),
    DemoPerson("Carla", "Moretti", "Via Zamboni 9", "40126", "Bologna", "IT"),
    DemoPerson("Nele", "Petersen", "Deichweg 2", "25813", "Husum", "DE"),
    DemoPerson("Mateo", "García", "Calle de la Luna 18", "28004", "Madrid", "ES"),
    DemoPerson("Clara", "Winkler", "Schillerstraße 5", "04109", "Leipzig", "DE"),
    DemoPerson("Oskar", "Nyberg", "Götgatan 44", "116 21", "Stockholm", "SE"),
    DemoPerson("Leonie", "Haas", "Römerplatz 11", "60311", "Frankfurt am Main", "DE"),
    DemoPerson("Julien", "Lefèvre", "3 place du Marché", "67000", "Strasbourg", "FR"),
    DemoPerson("Greta", "Sommer", "Ulmenweg 19", "80335", "München", "DE"),
    DemoPerson("Pieter", "Janssens", "Meir 30", "2000", "Antwerpen", "BE"),
    DemoPerson("Ida", "Kaufmann", "Bergstraße 27", "69115", "Heidelberg", "DE"),
    DemoPerson("Magdalena", "Huber", "Linzer Gasse 8", "5020", "Salzburg", "AT"),
    DemoPerson("Felix", "Schreiber", "Kantstraße 102", "10627", "Berlin", "DE"),
    DemoPerson("Beatriz", "Almeida", "Rua das Flores 55", "4050-262", "Porto", "PT"),
    DemoPerson("Henrik", "Dahl", "Vesterbrogade 12", "8000", "Aarhus", "DK"),
    DemoPerson("Anke", "Lorenz", "Domstraße 4", "17489", "Greifswald", "DE"),
    DemoPerson("Simon", "Bauer", "Gartenstraße 16", "72074", "Tübingen", "DE"),
    DemoPerson("Petra", "Nováková", "Vinohradská 40", "120 00", "Praha", "CZ"),
    DemoPerson("Mila", "Krüger", "Ostseeallee 23", "18107", "Rostock", "DE"),
    DemoPerson("Ruben", "Visser", "Witte de Withstraat 70", "3012 BS", "Rotterdam", "NL"),
    DemoPerson("Thea", "Zimmermann", "Brunnengasse 1", "79098", "Freiburg", "DE"),
    DemoPerson("Aino", "Virtanen", "Iso Roobertinkatu 10", "00120", "Helsinki", "FI"),
    DemoPerson("David", "Franke", "Königsallee 60", "40212", "Düsseldorf", "DE"),
    DemoPerson("Emma", "Schuster", "Nordstraße 34", "28217", "Bremen", "DE"),
    DemoPerson("Louis", "Meyer", "15 rue de Strasbourg", "2560", "Luxembourg", "LU"),
    DemoPerson("Johanna", "Berg", "Fährweg 9", "24103", "Kiel", "DE"),
    DemoPerson("Niklas", "Ott", "Theaterplatz 2", "01067", "Dresden", "DE"),
)
# fmt: on

SIGN_INS: tuple[DemoSignIn, ...] = (
    DemoSignIn(
        "admin", f"admin@{DOMAIN}", "Robin", "Stern", "everything, in the admin", is_staff=True, is_superuser=True
    ),
    DemoSignIn("staff", f"staff@{DOMAIN}", "Kim", "Falk", "orders and goods, in the admin", is_staff=True),
    DemoSignIn("ines", CUSTOMERS[0].email, "Ines", "Albrecht", "a shopper with orders"),
)
