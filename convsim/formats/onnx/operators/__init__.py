"""One converter an operator: each reads a node as a layer, or refuses it by name."""

from collections.abc import Callable
from types import MappingProxyType

from convsim.formats.onnx.model import Node
from convsim.formats.onnx.operators import activation, conv, dense, norm, pool, shape
from convsim.formats.onnx.reading import Reading

Converter = Callable[[Node, Reading], None]

CONVERTERS: MappingProxyType[str, Converter] = MappingProxyType(
    {
        "Add": dense.add,
        "AveragePool": pool.average_pool,
        "BatchNormalization": norm.batch_normalization,
        "Constant": shape.constant,
        "Conv": conv.conv,
        "ConvTranspose": conv.conv_transpose,
        "Dropout": shape.dropout,
        "Elu": activation.elu,
        "Flatten": shape.flatten,
        "Gelu": activation.gelu,
        "Gemm": dense.gemm,
        "GlobalAveragePool": pool.global_average_pool,
        "GlobalMaxPool": pool.global_max_pool,
        "Identity": shape.identity,
        "LeakyRelu": activation.leaky_relu,
        "LogSoftmax": activation.log_softmax,
        "MatMul": dense.matmul,
        "MaxPool": pool.max_pool,
        "Relu": activation.relu,
        "Reshape": shape.reshape,
        "Sigmoid": activation.sigmoid,
        "Softmax": activation.softmax,
        "Tanh": activation.tanh,
    }
)
"""By operator: the list of what can be read."""
