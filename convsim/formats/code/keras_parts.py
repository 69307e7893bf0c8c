"""Parts of a Keras program that only some networks need: layers that Keras does not have."""

from __future__ import annotations

HELPERS = {
    "StridedConv2D": '''
class StridedConv2D(layers.Conv2D):
    """A convolution with both a stride and a dilation, which Keras does not combine."""

    def __init__(self, *settings, every, **more):
        super().__init__(*settings, **more)
        self.every = every

    def call(self, x):
        return super().call(x)[:, :: self.every[0], :: self.every[1]]

    def compute_output_shape(self, shape):
        pictures, rows, columns, filters = super().compute_output_shape(shape)
        return pictures, -(-rows // self.every[0]), -(-columns // self.every[1]), filters
''',
    "Spread2D": '''
class Spread2D(layers.Layer):
    """A transposed convolution: every value, times the filter, is spread over the output.

    Computed as a convolution: zeros are put between the values and around them, and the filter is
    turned by half a turn.  cut is what is cut off (top, bottom), (left, right); extra is added at
    the bottom and the right.
    """

    order = (0, 1, 2, 3)  # its filters are kept as they are stored: (channels, filters, …)

    def __init__(self, filters, kernel, stride, cut, extra=(0, 0), dilation=(1, 1), groups=1,
                 bias=True, **more):
        super().__init__(**more)
        self.filters, self.kernel, self.stride, self.cut = filters, kernel, stride, cut
        self.extra, self.dilation, self.groups, self.bias = extra, dilation, groups, bias

    def build(self, shape):
        self.spread = self.add_weight((shape[-1], self.filters // self.groups, *self.kernel))
        self.shift = self.add_weight((self.filters,), "zeros") if self.bias else None

    def call(self, x):
        _, rows, columns, channels = x.shape
        down, right = self.stride
        x = ops.reshape(x, (-1, rows, 1, columns, 1, channels))
        x = ops.pad(x, ((0, 0), (0, 0), (0, down - 1), (0, 0), (0, right - 1), (0, 0)))
        x = ops.reshape(x, (-1, rows * down, columns * right, channels))
        x = x[:, : (rows - 1) * down + 1, : (columns - 1) * right + 1]
        for axis in (1, 2):
            around = self.dilation[axis - 1] * (self.kernel[axis - 1] - 1)
            before, after = (around - cut for cut in self.cut[axis - 1])
            after += self.extra[axis - 1]
            pads = [(0, 0)] * 4
            pads[axis] = (max(before, 0), max(after, 0))
            x = ops.pad(x, pads)
            kept = [slice(None)] * 4
            kept[axis] = slice(max(-before, 0), x.shape[axis] - max(-after, 0))
            x = x[tuple(kept)]
        inside = channels // self.groups
        taps = ops.reshape(self.spread, (self.groups, inside, -1, *self.kernel))
        taps = ops.flip(ops.transpose(taps, (3, 4, 1, 0, 2)), (0, 1))
        taps = ops.reshape(taps, (*self.kernel, inside, self.filters))
        y = ops.conv(x, taps, padding="valid", dilation_rate=self.dilation)
        return y + self.shift if self.bias else y
''',
    "Windows": '''
class Windows(layers.Layer):
    """What both pools share: edges (top, bottom), (left, right), and one slice for each tap."""

    def __init__(self, kernel, stride, dilation, edges, **more):
        super().__init__(**more)
        self.kernel, self.stride, self.dilation, self.edges = kernel, stride, dilation, edges

    def slices(self, x):
        rows, columns = (range(0, k * d, d) for k, d in zip(self.kernel, self.dilation))
        high, broad = x.shape[1] - rows[-1], x.shape[2] - columns[-1]
        down, right = self.stride
        return [x[:, i : i + high : down, j : j + broad : right] for i in rows for j in columns]
''',
    "WindowMax": '''
class WindowMax(Windows):
    """The largest value of each window; the edges never win."""

    def call(self, x):
        x = ops.pad(x, ((0, 0), *self.edges, (0, 0)), constant_values=-np.inf)
        return functools.reduce(ops.maximum, self.slices(x))
''',
    "WindowMean": '''
class WindowMean(Windows):
    """The mean of each window: its sum over the number of its values.

    Zeros of the edges are values as far as they are counted: (top, bottom), (left, right).
    """

    def __init__(self, *settings, counted, **more):
        super().__init__(*settings, **more)
        self.counted = counted

    def call(self, x):
        real = np.ones((1, *x.shape[1:3], 1), np.float32)
        real = np.pad(real, ((0, 0), *self.counted, (0, 0)), constant_values=1)
        rest = [(e[0] - c[0], e[1] - c[1]) for e, c in zip(self.edges, self.counted)]
        real = np.pad(real, ((0, 0), *rest, (0, 0)))
        x = ops.pad(x, ((0, 0), *self.edges, (0, 0)))
        counts = np.maximum(sum(self.slices(real)), 1)
        return sum(self.slices(x)) / ops.convert_to_tensor(counts)
''',
}
"""Source by the name of the class, in the order in which they are written."""

TAKEN = frozenset({"input"})
"""Names that a layer cannot have in the program."""
