"""Whatever a stage writes adds up as it is written, or says with ≈ that it does not."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from convsim.core.layers import Dense, Flatten, LogSoftmax, Softmax
from convsim.core.network import Network
from convsim.core.step import Cursor, Inside
from convsim.document import Document, Picture, Weights
from convsim.document.edits import set_bias, set_field
from convsim.figures import digits
from convsim.figures.equation import Part, bar_height, draw_equation, signed_terms
from convsim.figures.page import Page
from convsim.figures.parts import Box
from convsim.figures.scene import Rect, Text
from convsim.figures.sketch import Sketch
from convsim.figures.stage import step
from tests.figures.pages import PAGES, texts
from tests.figures.steps import ODD, SMALL, finished, places, shown
from tests.oracles.evaluate import evaluate

NUMBER = re.compile(r"[−+]?[\d,]+(\.\d+)?$")


def normal_share(x):
    """Return the share of a bell below x."""
    return (1 + math.erf(x / math.sqrt(2))) / 2


FORMULAS = (
    (re.compile(r"tanh\((.*)\)"), math.tanh),
    (re.compile(r"1 / \(1 \+ e\^\((.*)\)\)"), lambda a: 1 / (1 + math.exp(a))),
    (re.compile(r"(.*) · Φ\((.*)\)"), lambda a, b: a * normal_share(b)),
    (re.compile(r"(.*) · \(e\^\(?([^)]*)\)? − 1\)"), lambda a, b: a * (math.exp(b) - 1)),
    (re.compile(r"([^·]*) · \(?([^)]*)\)?"), lambda a, b: a * b),
)
"""Terms with letters around their numbers, and what they give."""
OPERATORS = {sign: sign for sign in "+−/·=≈→"} | {"+ bias": "+"}
CURVES = {
    "ReLU": lambda x: max(x, 0.0),
    "Leaky ReLU": lambda x: x if x > 0 else 0.01 * x,
    "ELU": lambda x: x if x > 0 else math.exp(x) - 1,
    "Sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "Tanh": math.tanh,
    "GELU": lambda x: x * normal_share(x),
    "ln": math.log,
    "unchanged": lambda x: x,
}
"""What each name between two arrows does, written anew."""


def formula(text):
    """Return what a term of `FORMULAS` gives, or None."""
    for pattern, give in FORMULAS:
        found = pattern.fullmatch(text)
        if found:
            return Decimal(give(*(float(decimal(number)) for number in found.groups())))
    return None


def decimal(text):
    """Return the number that is written."""
    return Decimal(text.replace("−", "-").replace(",", ""))


def line(scene):
    """Return the texts in the bar at the foot of a stage, in reading order."""
    bar = max(
        (
            s
            for s in scene.walk()
            if isinstance(s, Rect) and s.radius and s.width > scene.width * 0.8
        ),
        key=lambda rect: rect.y,
    )
    inside = [t for t in texts(scene) if bar.y < t.y < bar.y + bar.height]
    return [t.text for t in sorted(inside, key=lambda t: (round(t.y), t.x))]


class Reader:
    """Reads a line of arithmetic from left to right, as a student would."""

    def __init__(self):
        self.value = None
        self.operator = "+"
        self.curve = CURVES["ReLU"]
        self.checked = 0

    def read(self, tokens):
        """Check every = and ≈ of the line."""
        for token in tokens:
            self.token(token)

    def token(self, token):
        """Take in one piece."""
        if token.startswith("max("):
            numbers = [decimal(t) for t in token[4:-1].split(", ")]
            self.value = max(numbers)
        elif token.startswith("e^("):
            left, sign, right = token[3:-1].split(" ")
            power = decimal(left) + (decimal(right) if sign == "+" else -decimal(right))
            self.value = Decimal(math.exp(power))
        elif token.startswith("(") and "·" in token:
            exact = evaluate(re.findall(r"\d+|\S", token))
            self.value = Decimal(exact.numerator) / exact.denominator
        elif formula(token) is not None:
            self.value = formula(token)
        elif token in OPERATORS:
            self.operator = OPERATORS[token]
        elif token in CURVES:
            self.curve = CURVES[token]
        elif token.startswith("/ "):
            assert self.value is not None
            self.value /= decimal(token[2:])
        elif NUMBER.match(token):
            self.number(decimal(token), token)

    def number(self, number, token):
        """Take in a number: as a term, or as what must come out."""
        if self.value is None:
            self.value = number
        elif self.operator == "+":
            self.value += number
        elif self.operator == "−":
            self.value -= number
        elif self.operator == "/":
            self.value /= number
        elif self.operator == "·":
            self.value *= number
        else:
            self.result(number, token)
        self.operator = "+"

    def result(self, number, token):
        """Check what stands behind =, ≈ or →."""
        assert self.value is not None
        if self.operator == "→":
            ulp = Decimal(1).scaleb(number.as_tuple().exponent)
            around = [Decimal(self.curve(float(self.value + i * ulp))) for i in (-1, 0, 1)]
            assert min(around) - ulp <= number <= max(around) + ulp, token
        elif self.operator == "=":
            assert number == self.value, f"{self.value} = {number}"
        else:
            assert number != self.value, f"{self.value} ≈ {number} is exact"
            ulp = Decimal(1).scaleb(number.as_tuple().exponent)
            assert abs(number - self.value) <= max(10 * ulp, abs(number) / 100), (
                self.value,
                number,
            )
        self.value = number
        self.checked += 1


@pytest.mark.parametrize("name", [*SMALL, *ODD])
@pytest.mark.parametrize("page", ["slide", "column"])
def test_the_line_of_every_stage_holds(name, page):
    _, trace = shown(name)
    for at in places(name, corners=True) + places(name):
        tokens = line(step(finished(at), trace, PAGES[page]))
        reader = Reader()
        if isinstance(at.layer, Softmax | LogSoftmax):
            # Two lines: the power, then the share that is made of it.
            cut = next(i for i, token in enumerate(tokens) if token in "=≈") + 2
            powers = Reader()
            powers.read(tokens[:cut])
            assert powers.checked == 1
            tokens = tokens[cut:]
        reader.read(tokens)
        # Of many values only the result is written, and a row that stays has nothing to add up.
        assert reader.checked or tokens[0].startswith(("maximum of", "A row already")), tokens


def test_the_table_of_largest_products_adds_up():
    for name in ("lenet5", "tiny-vgg", "dense in a row"):
        _, trace = shown(name)
        for at in places(name):
            if isinstance(at.layer, Dense):
                check_table(at, trace)


def check_table(at, trace):
    """Check each row, and the column of products with the sum below it."""
    scene = step(finished(at), trace, PAGES["slide"])
    rows: dict[int, list[Text]] = {}
    for text in texts(scene):
        rows.setdefault(round(text.y), []).append(text)
    table = [sorted(row, key=lambda t: t.x) for row in rows.values()]
    # The raster's × stands alone in its row; a product has a name before it.
    products = [row for row in table if row[0].text.startswith("input ") and len(row) > 5]
    assert products
    column = 0
    for row in products:
        _, left, times, right, sign, result = (t.text for t in row[:6])
        assert times == "×"
        exact = decimal(left) * decimal(right) == decimal(result)
        assert sign == ("=" if exact else "≈")
        column += decimal(result)
    rest = [row for row in table if "more products" in row[0].text]
    if rest:
        column += decimal(rest[0][1].text)
    total = next(r for r in table if r[0].text.startswith("Σ") and r[1].text in "=≈" and len(r) > 2)
    last = [r for r in table if r[0].text.startswith("Σ")]
    total = min(last, key=lambda r: r[0].y)
    sign, result = total[1].text, total[2].text
    assert sign == ("=" if column == decimal(result) else "≈")


def test_exact_products_are_said_to_be_equal():
    """Halves and quarters lose nothing in three decimals."""
    image = np.full((1, 2, 1), 0.5, np.float32)
    network = Network((1, 2, 1), [Flatten(), Dense(1)])
    params = {"weight": np.array([[0.5, -0.25]], np.float32), "bias": np.zeros(1, np.float32)}
    made = Weights(network, 0, {"dense1": params})
    at = Document(network, made, Picture("two.png", image), image).at(Cursor(1))
    scene = step(at, at.new_trace(), PAGES["slide"])
    assert [t.text for t in texts(scene)].count("≈") == 0
    check_table(at, at.new_trace())


def test_softmax_s_columns_say_whether_they_add_up():
    for name in ("lenet5", "many classes", "one pixel"):
        _, trace = shown(name)
        at = next(one for one in places(name) if isinstance(one.layer, Softmax))
        scene = step(finished(at), trace, PAGES["slide"])
        sums = [t for t in texts(scene) if t.text.startswith("Σ ")]
        assert len(sums) == 2
        for text in sums:
            _, sign, total = text.text.split(" ")
            column = [
                decimal(t.text)
                for t in texts(scene)
                if abs(t.x - text.x) < 0.1 and t.y < text.y and NUMBER.match(t.text)
            ]
            assert sign == ("=" if sum(column) == decimal(total) else "≈")


@given(
    st.lists(st.floats(-1e3, 1e3, allow_nan=False), min_size=1, max_size=9),
    st.integers(0, 3),
)
def test_terms_and_their_sum_are_marked_when_rounding_shows(values, decimals):
    total = sum(values)
    written = sum(digits.rounded(v, decimals) for v in values)
    sign = digits.equals(values, total, decimals)
    assert (sign == "=") == (written == digits.rounded(total, decimals))


def test_a_bias_of_its_own_is_in_the_line():
    base, trace = shown("lecture")
    changed = set_bias(base, 0, 2, 0.25)
    at = changed.at(changed.cursor._replace(filter=2))
    tokens = line(step(at, at.new_trace(), PAGES["slide"]))
    assert "0.250" in tokens
    assert trace is not None


def test_a_layer_without_bias_says_so():
    base, _ = shown("lecture")
    at = finished(set_field(base, 0, "bias", False))
    tokens = line(step(at, at.new_trace(), PAGES["slide"]))
    assert "no bias" in tokens
    assert "+ bias" not in tokens


def at_x(parts, page=None):
    """Return the x of each text that a line is made of."""
    sketch = Sketch(page or Page(900, 60))
    draw_equation(sketch, Box(0, 0, 900, 42), parts)
    return [t.x for t in texts(sketch.scene("line"))]


def test_slots_do_not_jump_when_digits_change():
    def parts(a, b):
        return [Part(a, "number"), Part("=", "sign"), Part(b, "value"), Part("→", "sign")]

    assert at_x(parts("0.123", "0.456")) == at_x(parts("−9.999", "−0.001"))
    unknown = replace(parts("0.123", "0.456")[2], known=False)
    assert at_x([*parts("0.123", "0.456")[:2], unknown, parts("", "")[3]]) == at_x(
        parts("0.123", "0.456")
    )


def test_negative_terms_are_subtracted():
    parts = signed_terms([0.5, -0.25], 2, known=True, inside=Inside.WRITE)
    assert [part.text for part in parts] == ["0.50", "−", "0.25"]


def test_a_narrow_bar_has_two_lines():
    left = [Part("Σ 75 products", "note"), *(Part("0.123", "number") for _ in range(5))]
    right = [Part("0.123", "value") for _ in range(6)]
    assert bar_height(900, left, right) < bar_height(400, left, right)
    sketch = Sketch(Page(400, 70))
    draw_equation(sketch, Box(0, 0, 400, bar_height(400, left, right)), left, right)
    assert len({t.y for t in texts(sketch.scene("line"))}) == 2
