"""Parts of a PyTorch program that only some networks need: layers that PyTorch does not have."""

from __future__ import annotations

HELPERS = {
    "UnevenConv2d": '''
class UnevenConv2d(nn.Conv2d):
    """A convolution with other zeros on each side: edges are left, right, top, bottom."""

    def __init__(self, *settings, edges, **more):
        super().__init__(*settings, **more)
        self.edges = edges

    def forward(self, x):
        return super().forward(functional.pad(x, self.edges))
''',
    "UnevenConvTranspose2d": '''
class UnevenConvTranspose2d(nn.ConvTranspose2d):
    """A transposed convolution that cuts off other edges on each side: left, right, top, bottom."""

    def __init__(self, *settings, edges, **more):
        super().__init__(*settings, **more)
        self.edges = edges

    def forward(self, x):
        left, right, top, bottom = self.edges
        y = super().forward(x)
        return y[:, :, top : y.shape[2] - bottom, left : y.shape[3] - right]
''',
    "UnevenMaxPool2d": '''
class UnevenMaxPool2d(nn.MaxPool2d):
    """The largest value of each window; edges (left, right, top, bottom) never win."""

    def __init__(self, *settings, edges, **more):
        super().__init__(*settings, **more)
        self.edges = edges

    def forward(self, x):
        return super().forward(functional.pad(x, self.edges, value=-torch.inf))
''',
    "MeanPool2d": '''
class MeanPool2d(nn.Module):
    """The mean of each window: its sum over the number of its values.

    edges are zeros at the left, right, top and bottom, which are values if counted is true;
    over is how far the last window hangs over them on each side, which never counts.
    """

    def __init__(self, kernel, stride, dilation, *, edges, over, counted):
        super().__init__()
        self.taps = torch.ones(1, 1, *kernel)
        self.slide = {"stride": stride, "dilation": dilation}
        self.edges, self.over, self.counted = edges, over, float(counted)

    def forward(self, x):
        pictures, channels, height, width = x.shape
        real = functional.pad(torch.ones(1, 1, height, width), self.edges, value=self.counted)
        counts = functional.conv2d(functional.pad(real, self.over), self.taps, **self.slide)
        maps = x.reshape(pictures * channels, 1, height, width)
        maps = functional.pad(functional.pad(maps, self.edges), self.over)
        means = functional.conv2d(maps, self.taps, **self.slide) / counts.clamp(min=1)
        return means.reshape(pictures, channels, *means.shape[2:])
''',
    "Sum": '''
class Sum(nn.Module):
    """What came out of a block plus what went into it: a residual connection."""

    def forward(self, x, before):
        return x + before
''',
}
"""Source by the name of the class, in the order in which they are written."""

TAKEN = frozenset(
    [
        "T_destination",
        "add_module",
        "apply",
        "bfloat16",
        "buffers",
        "call_super_init",
        "children",
        "compile",
        "cpu",
        "cuda",
        "double",
        "dump_patches",
        "eval",
        "extra_repr",
        "float",
        "forward",
        "get_buffer",
        "get_extra_state",
        "get_parameter",
        "get_submodule",
        "half",
        "ipu",
        "load_state_dict",
        "modules",
        "mtia",
        "named_buffers",
        "named_children",
        "named_modules",
        "named_parameters",
        "parameters",
        "register_backward_hook",
        "register_buffer",
        "register_forward_hook",
        "register_forward_pre_hook",
        "register_full_backward_hook",
        "register_full_backward_pre_hook",
        "register_load_state_dict_post_hook",
        "register_load_state_dict_pre_hook",
        "register_module",
        "register_parameter",
        "register_state_dict_post_hook",
        "register_state_dict_pre_hook",
        "requires_grad_",
        "set_extra_state",
        "set_submodule",
        "share_memory",
        "state_dict",
        "to",
        "to_empty",
        "train",
        "training",
        "type",
        "xpu",
        "zero_grad",
    ]
)
"""Names that every PyTorch module has, so that a layer cannot be called so."""
