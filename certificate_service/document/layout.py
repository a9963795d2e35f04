"""Where things stand on the paper: millimetres and points as data, no drawing.

All positions are millimetres from the top left corner of an A4 sheet; type sizes and leadings
are points. The seal's measures follow 国发〔1999〕25号 (4.2 cm, ring 0.1 cm, star in the middle).
"""

from dataclasses import dataclass

PAGE_WIDTH_MM = 210.0
PAGE_HEIGHT_MM = 297.0

Colour = tuple[float, float, float]
"""Red, green, blue, each 0-1."""

INK: Colour = (0.08, 0.08, 0.09)
GREY: Colour = (0.36, 0.36, 0.38)
RULE: Colour = (0.62, 0.62, 0.64)
RED: Colour = (0.78, 0.07, 0.09)
SEAL_RED: Colour = (0.80, 0.06, 0.09)
PALE_RED: Colour = (0.97, 0.86, 0.86)
WATERMARK: Colour = (0.915, 0.915, 0.915)
PAPER: Colour = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextStyle:
    """How a run of text looks."""

    chain: str
    """Name of a chain of faces: song, song_bold or kai."""
    size: float
    """Points."""
    leading: float = 0.0
    """Distance of base lines, points; only for paragraphs."""
    spacing: float = 0.0
    """Extra space after every character, points."""
    colour: Colour = INK


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins:
    """The column that paragraphs and tables fill."""

    left: float = 28.0
    right: float = 182.0
    top_first: float = 76.5
    """First base line under the title of page 1."""
    top_next: float = 54.0
    """First base line of a continuation page."""
    bottom_last: float = 207.0
    """Lowest base line above handler line, QR code and seal on the last text page."""
    bottom_full: float = 268.0
    """Lowest base line on a text page that another text page follows."""

    @property
    def width(self) -> float:
        """Width of the column, mm."""
        return self.right - self.left


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The red head of the archive and the title beneath it."""

    name: TextStyle = TextStyle(chain="song_bold", size=26, spacing=9, colour=RED)
    name_baseline: float = 31.5
    rule_left: float = 25.0
    rule_right: float = 185.0
    rule_thick_y: float = 37.2
    rule_thin_y: float = 38.3
    title: TextStyle = TextStyle(chain="song_bold", size=22, spacing=3)
    title_baseline: float = 54.5
    symbol: TextStyle = TextStyle(chain="song", size=11)
    symbol_baseline: float = 65.0
    english: TextStyle = TextStyle(chain="song", size=9.5, spacing=0.5, colour=GREY)
    """Bilingual option: the title once more, between title and number."""
    english_baseline: float = 60.4
    copy_title: TextStyle = TextStyle(chain="song_bold", size=16, spacing=4)
    copy_title_baseline: float = 48.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Paragraphs, table and our own remarks."""

    paragraph: TextStyle = TextStyle(chain="song", size=13, leading=22.5)
    label: TextStyle = TextStyle(chain="song", size=11.5, colour=(0.2, 0.2, 0.22))
    value: TextStyle = TextStyle(chain="kai", size=12.5, leading=16.5)
    silent: TextStyle = TextStyle(chain="song", size=11.5, leading=16.5, colour=GREY)
    """For 「档案未记载」."""
    own: TextStyle = TextStyle(chain="song", size=11.5, leading=17)
    """Our own words in a table: answers on a cover sheet, questions of a letter."""
    note: TextStyle = TextStyle(chain="song", size=9.5, leading=14.5, colour=GREY)
    indent: int = 2
    """First-line indent, em."""
    row_height: float = 9.2
    label_width: float = 27.0
    widest_label_width: float = 34.0
    """How far the label column grows for a long label, e.g. 「男方登记时年龄」."""
    label_leading: float = 15.5
    """Points, where a label takes more than one line."""
    wide_label_width: float = 50.0
    """Label column of a table of our own words whose labels are names of archives."""
    wide_label_from: int = 6
    """Characters from which a label of our own is a name rather than a label."""
    cell_padding: float = 2.4
    table_gap_before: float = 2.6
    table_gap_after: float = 8.6
    note_gap: float = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Foot:
    """QR block, sign-off and the footer under the rule."""

    handler: TextStyle = TextStyle(chain="song", size=10.5)
    handler_baseline: float = 220.0
    qr_left: float = 30.0
    qr_top: float = 227.5
    qr_size: float = 30.0
    """Side of the printed QR symbol; certificate.md §3.3 measured readability at 30 mm."""
    beside_qr: float = 65.0
    """Left edge of the words beside the QR code."""
    caption: TextStyle = TextStyle(chain="song_bold", size=10.5)
    small: TextStyle = TextStyle(chain="song", size=7.6, colour=GREY)
    code: TextStyle = TextStyle(chain="song_bold", size=12.5, spacing=0.3)
    site: TextStyle = TextStyle(chain="song", size=8.6)
    hint_baseline: float = 263.6
    basis_baseline: float = 267.8
    english_hint_baseline: float = 272.0
    signer: TextStyle = TextStyle(chain="song", size=13, spacing=1.5)
    date: TextStyle = TextStyle(chain="song", size=12.5, spacing=0.4)
    rule_y: float = 280.0
    line1: TextStyle = TextStyle(chain="song", size=8, colour=GREY)
    line1_baseline: float = 284.4
    line2: TextStyle = TextStyle(chain="song", size=7.2, colour=GREY)
    line2_baseline: float = 288.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """The round seal 档案证明专用章, drawn around its centre."""

    diameter: float = 42.0
    ring: float = 1.1
    centre_x: float = 144.0
    centre_y: float = 236.5
    star_radius: float = 6.6
    star_rise: float = 1.2
    name_height: float = 6.0
    name_width: float = 4.4
    name_step_degrees: float = 36.0
    name_span_degrees: float = 230.0
    purpose_height: float = 4.1
    purpose_width: float = 4.0
    purpose_drop: float = 9.4
    code_height: float = 2.0
    code_width: float = 1.15
    code_step_degrees: float = 5.2
    signer_rise: float = 8.6
    """Base line of the archive's name above the centre (骑年盖月: seal over the date)."""
    date_drop: float = 15.2
    straddle_y: float = 130.0
    """Centre of the cross-page seal (骑缝章) on the right edge."""
    straddle_group: int = 6
    """Pages that share one cross-page seal at most; thinner slices could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A page that carries the image of an archive page."""

    caption: TextStyle = TextStyle(chain="song", size=9.5)
    caption_baseline: float = 56.0
    image_top: float = 60.0
    image_width: float = 134.0
    image_height: float = 188.0
    """The image is fitted into this box, never stretched."""
    statement: TextStyle = TextStyle(chain="song", size=11.5)
    statement_gap: float = 8.0
    statement_leading: float = 6.4
    seal_from_right: float = 48.0
    seal_above_image_bottom: float = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Papers that are stamped by hand: no QR code, room for the stamp, a slip to fill in."""

    addressee: TextStyle = TextStyle(chain="song", size=13)
    addressee_baseline: float = 76.5
    addressee_height: float = 9.0
    stamp_radius: float = 21.0
    """Where the round stamp of 42 mm goes: a thin dashed ring."""
    stamp: TextStyle = TextStyle(chain="song", size=8.5, colour=RULE)
    slip_title_baseline: float = 54.5
    slip_top: float = 66.0
    slip_row: float = 13.5
    """Rows that are filled in by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One complete design of the document."""

    margins: Margins = Margins()
    head: Head = Head()
    body: Body = Body()
    foot: Foot = Foot()
    seal: Seal = Seal()
    copy: Copy = Copy()
    office: Office = Office()


A4 = Layout()
A4_DENSE = Layout(
    margins=Margins(top_first=74.5, bottom_last=212.0),
    body=Body(
        paragraph=TextStyle(chain="song", size=12, leading=19.5),
        value=TextStyle(chain="kai", size=12, leading=15),
        row_height=8.2,
        table_gap_after=7.2,
        note_gap=1.6,
    ),
)
"""For orders that miss one page by a little: smaller leading instead of a page with one line."""
DESIGNS = (A4, A4_DENSE)
