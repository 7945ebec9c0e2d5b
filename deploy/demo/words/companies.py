"""Names of companies, put together from two lists, and what people do there."""

from deploy.demo.words.lists import words

HEADS = words(
    """
    Northgate Brightwater Alder Kestrel Marlow Fjordlight Copper Saltmarsh Juniper Halden Birchwood Lantern
    Quayside Ember Foxglove Meridian Plover Larkspur Castellan Solstice Ravel Tidewater Thornbury Vesper
    Willow Argent Basalt Cinder Drift Elmwood Fathom Gable Hawthorn Indigo Jutland Kiln Linden Moorland
    Nimbus Oakridge Pebble Quarry Rowan Sable Tamarind Umber Verity Wren Yarrow Zephyr
    """
)
TAILS = words(
    """
    Labs Foods Works Logistics Studio Partners Textiles Energy Coffee Architects Health Books Ceramics
    Travel Robotics Gardens Capital Brewery School Marine Optics Furniture Legal Bakery Media Outdoor
    Analytics Hotels Instruments Interiors
    """
)
TITLES = (
    "Head of Marketing", "Founder", "Office Manager", "Managing Director", "Brand Manager",
    "Head of People", "Operations Lead", "Chief Executive", "Event Coordinator", "Purchasing",
    "Communications Officer", "Product Manager", "Executive Assistant", "Head of Operations",
    "Marketing Assistant", "Partner",
)  # fmt: skip
PRIVATE_HOSTS = ("mail.example", "post.example", "inbox.example", "correo.example", "posta.example")
"""Where people without a company have their mail. `.example` reaches nobody (RFC 2606 §3)."""
