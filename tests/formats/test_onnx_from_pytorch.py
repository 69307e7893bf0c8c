"""Networks that PyTorch exports are read with their names, and give PyTorch's numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from convsim.formats.onnx.reader import import_onnx

torch = pytest.importorskip("torch")
pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


def block(channels):
    """Return a residual block, as in a small ResNet."""
    nn: Any = torch.nn

    class Block(nn.Module):  # type: ignore[misc]
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(channels)
            self.conv2 = nn.Conv2d(channels, channels, 3, padding=1)

        def forward(self, x):
            return torch.relu(x + self.conv2(torch.relu(self.bn1(self.conv1(x)))))

    return Block()


def networks():
    nn = torch.nn
    plain = [
        nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2, ceil_mode=True),
        nn.Conv2d(8, 8, 3, padding=1, groups=2), nn.GELU(), nn.Dropout(),
        nn.AvgPool2d(2, padding=1, count_include_pad=False), nn.Flatten(), nn.Linear(200, 10),
        nn.LogSoftmax(1),
    ]  # fmt: skip
    small = [
        nn.Conv2d(3, 6, 3), block(6), block(6), nn.ConvTranspose2d(6, 4, 3, 2, 1, 1),
        nn.LeakyReLU(0.1), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 5), nn.Softmax(1),
    ]  # fmt: skip
    return {"plain": nn.Sequential(*plain), "resnet": nn.Sequential(*small)}


@pytest.mark.parametrize("name", ["plain", "resnet"])
@pytest.mark.parametrize("opset", [11, 17, 20])
def test_pytorch_and_convsim_agree(tmp_path, name, opset):
    if name == "plain" and opset < 20:
        pytest.skip("GELU is one operator from opset 20 on")
    torch.manual_seed(0)
    net = networks()[name].eval()
    x = torch.randn(2, 3, 32, 32)
    path = tmp_path / "net.onnx"
    axes = {"x": {0: "N"}}
    torch.onnx.export(
        net, (x,), str(path), opset_version=opset, dynamo=False, input_names=["x"],
        dynamic_axes=axes,
    )  # fmt: skip
    found = import_onnx(path)
    assert found.notes == ()
    params = [found.params.get(layer.name, {}) for layer in found.network.layers]
    y = found.network.forward(params, x.numpy())
    np.testing.assert_allclose(y, net(x).detach().numpy(), rtol=1e-5, atol=1e-5)
    names = [layer.name for layer in found.network.layers]
    assert names[0] == "0"
    if name == "resnet":
        assert "1.conv2" in names
        assert [layer.kind for layer in found.network.layers].count("residual") == 2
