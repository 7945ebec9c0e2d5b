"""Names of people as they are where they come from, accents included; companies are in companies.py."""

from dataclasses import dataclass

from deploy.demo.words.lists import words


@dataclass(frozen=True, slots=True)
class Names:
    """First and last names that go together."""

    first: tuple[str, ...]
    last: tuple[str, ...]


def _names(first: str, last: str) -> Names:
    return Names(words(first), words(last))


NAMES = (
    _names(
        "Helena Oliver Amelia Harriet Rupert Imogen Callum Niamh Rhys Eleanor Toby Priya Zara Leon Freya "
        "Duncan",
        "Osei Whitfield Marsh Pemberton Ashworth Calloway O’Brien MacLeod Hughes Sinclair Fairbairn Penrose",
    ),
    _names(
        "Zoé Léa Chloé Amélie Hélène Océane Maëlys Étienne Raphaël Rémi Théo Loïc Gaëlle Jérôme Inès Noé",
        "Lefèvre Béranger Dubois Moreau Gauthier Léger Rivière d’Aubigné Chevalier Périer Fontaine Guérin",
    ),
    _names(
        "Jonas Käthe Jürgen Anneliese Matthias Sönke Björn Lotte Greta Jörg Änne Tobias Mareike Götz "
        "Ulrike Hannes",
        "Müller Weber Schröder Köhler Böhm Großmann Krüger Vogel Jäger Schäfer Lindner Weiß",
    ),
    _names(
        "Íñigo Begoña José Inés Martín Lucía Óscar Sofía Ramón Belén Andrés Nuria Joaquín Rocío Álvaro Pilar",
        "García Núñez Ibáñez Muñoz Peña Ordóñez Castaño Vázquez Domínguez Giménez Fernández Quiñones",
    ),
    _names(
        "João Inês António Beatriz Gonçalo Conceição Luís Mariana Tomás Catarina Rúben Leonor Estêvão Joana",
        "Gonçalves Araújo Simões Magalhães Duarte Carvalhão Brandão Falcão Leitão Pinhão Assunção Queirós",
    ),
    _names(
        "Daniel Małgorzata Łukasz Agnieszka Paweł Zofia Wojciech Bożena Michał Jadwiga Stanisław Kasia "
        "Grażyna",
        "Kowalczyk Wiśniewski Wójcik Łukaszewicz Dąbrowski Zieliński Szymańska Woźniak Jabłoński Gołębiowska",
    ),
    _names(
        "Tomas Åsa Björn Linnéa Göran Märta Søren Kåre Ingrid Jørgen Sigrún Þór Maja Håkan Ebba Rasmus",
        "Lindqvist Sjöberg Åkesson Nygård Bjørnstad Møller Östlund Hägglund Ødegård Brønsted Lindström Ek",
    ),
    _names(
        "Sofia Niccolò Chiara Matteo Beatrice Giosuè Martina Lorenzo Noemi Federico Ilaria Davide Bianca "
        "Ettore",
        "Marchetti Cadorè Ferraro Bonaccorsi De_Luca Forlì Galimberti Martinelli Rossetti Tomasìn Zanetti "
        "Viganò",
    ),
    _names(
        "Ayşe Çağlar Şebnem Ömer Gül Işık Emre Büşra Görkem Tuğçe Kerem Dilek",
        "Yılmaz Şahin Öztürk Çelik Doğan Kılıç Aydın Güneş Karataş Erdoğdu",
    ),
    _names(
        "Petra Jiří Zdeněk Tereza Ondřej Věra Štěpán Ilona László Zsófia Márton Réka Gergő Ágnes",
        "Dvořák Procházka Němec Černý Růžička Horváth Szabó Kovács Tóth Fekete Křížek Vašíček",
    ),
    _names(
        "Amara Kwame Chinedu Ngozi Abena Tunde Folasade Kofi Ifeoma Sékou Mariam Oumar",
        "Nwosu Okafor Mensah Adeyemi Balogun Diallo Touré Boateng Eze Traoré",
    ),
    _names(
        "Kenji Yuki Hana Minh Linh Wei Mei Ji-woo Arjun Ananya Rohan Kavya Dao Thi Sanjay Meera",
        "Mori Tanaka Nguyễn Trần Chen Park Raman Iyer Banerjee Krishnan Suzuki Lê",
    ),
)
