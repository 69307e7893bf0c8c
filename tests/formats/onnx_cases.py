"""The cases of the onnx package (1.23.2) for operators that ConvSim reads, and why some are left out.

The list is written down so that the tests are known before the package, which makes its cases in
several seconds, is imported; a test holds that it is complete.
"""

from __future__ import annotations

CASES = tuple(
    """
    add add_bcast add_int16 add_int8 add_uint16 add_uint32 add_uint64 add_uint8
    averagepool_1d_default averagepool_2d_ceil averagepool_2d_ceil_last_window_starts_on_pad
    averagepool_2d_default averagepool_2d_dilations averagepool_2d_pads
    averagepool_2d_pads_count_include_pad averagepool_2d_precomputed_pads
    averagepool_2d_precomputed_pads_count_include_pad averagepool_2d_precomputed_same_upper
    averagepool_2d_precomputed_strides averagepool_2d_same_lower averagepool_2d_same_upper
    averagepool_2d_strides averagepool_3d_default
    averagepool_3d_dilations_large_count_include_pad_is_0_ceil_mode_is_False
    averagepool_3d_dilations_large_count_include_pad_is_0_ceil_mode_is_True
    averagepool_3d_dilations_large_count_include_pad_is_1_ceil_mode_is_False
    averagepool_3d_dilations_large_count_include_pad_is_1_ceil_mode_is_True
    averagepool_3d_dilations_small AvgPool2d AvgPool2d_stride AvgPool3d AvgPool3d_stride
    AvgPool3d_stride1_pad0_gpu_input basic_conv_with_padding basic_conv_without_padding
    BatchNorm1d_3d_input_eval BatchNorm2d_eval BatchNorm2d_momentum_eval BatchNorm3d_eval
    BatchNorm3d_momentum_eval batchnorm_epsilon batchnorm_epsilon_training_mode batchnorm_example
    batchnorm_example_training_mode clip_default_inbounds_expanded
    clip_default_int8_inbounds_expanded concat_1d_axis_0 concat_1d_axis_negative_1
    concat_2d_axis_0 concat_2d_axis_1 concat_2d_axis_negative_1 concat_2d_axis_negative_2
    concat_3d_axis_0 concat_3d_axis_1 concat_3d_axis_2 concat_3d_axis_negative_1
    concat_3d_axis_negative_2 concat_3d_axis_negative_3 constant Conv1d Conv1d_dilated
    Conv1d_groups Conv1d_pad1 Conv1d_pad1size1 Conv1d_pad2 Conv1d_pad2size1 Conv1d_stride Conv2d
    Conv2d_depthwise Conv2d_depthwise_padded Conv2d_depthwise_strided
    Conv2d_depthwise_with_multiplier Conv2d_dilated Conv2d_groups Conv2d_groups_thnn
    Conv2d_no_bias Conv2d_padding Conv2d_strided Conv3d Conv3d_dilated Conv3d_dilated_strided
    Conv3d_groups Conv3d_no_bias Conv3d_stride Conv3d_stride_padding conv_with_autopad_same
    conv_with_strides_and_asymmetric_padding conv_with_strides_no_padding
    conv_with_strides_padding convtranspose ConvTranspose2d ConvTranspose2d_no_bias
    convtranspose_1d convtranspose_3d convtranspose_autopad_same convtranspose_dilations
    convtranspose_group_2 convtranspose_group_2_image_3 convtranspose_kernel_shape
    convtranspose_output_shape convtranspose_pad convtranspose_pads dropout_default
    dropout_default_mask dropout_default_mask_ratio dropout_default_old dropout_default_ratio
    dropout_random_old elu ELU elu_default elu_example flatten_axis0 flatten_axis1 flatten_axis2
    flatten_axis3 flatten_default_axis flatten_negative_axis1 flatten_negative_axis2
    flatten_negative_axis3 flatten_negative_axis4 gelu_default_1 gelu_default_2 gelu_tanh_1
    gelu_tanh_2 gemm_all_attributes gemm_alpha gemm_beta gemm_default_matrix_bias
    gemm_default_no_bias gemm_default_scalar_bias gemm_default_single_elem_vector_bias
    gemm_default_vector_bias gemm_default_zero_bias gemm_transposeA gemm_transposeB
    globalaveragepool globalaveragepool_precomputed globalmaxpool globalmaxpool_precomputed
    identity identity_opt identity_sequence leakyrelu LeakyReLU leakyrelu_default
    leakyrelu_example LeakyReLU_with_negval Linear log_softmax_dim3 log_softmax_lastdim LogSoftmax
    logsoftmax_axis_0 logsoftmax_axis_1 logsoftmax_axis_2 logsoftmax_default_axis
    logsoftmax_example_1 logsoftmax_large_number logsoftmax_negative_axis matmul_1d_1d
    matmul_1d_3d matmul_2d matmul_3d matmul_4d matmul_4d_1d matmul_bcast MaxPool1d
    MaxPool1d_stride MaxPool1d_stride_padding_dilation MaxPool2d MaxPool2d_stride_padding_dilation
    MaxPool3d MaxPool3d_stride MaxPool3d_stride_padding maxpool_1d_default maxpool_2d_ceil
    maxpool_2d_ceil_output_size_reduce_by_one maxpool_2d_default maxpool_2d_dilations
    maxpool_2d_pads maxpool_2d_precomputed_pads maxpool_2d_precomputed_same_upper
    maxpool_2d_precomputed_strides maxpool_2d_same_lower maxpool_2d_same_upper maxpool_2d_strides
    maxpool_2d_uint8 maxpool_3d_default maxpool_3d_dilations maxpool_3d_dilations_use_ref_impl
    maxpool_3d_dilations_use_ref_impl_large maxpool_with_argmax_2d_precomputed_pads
    maxpool_with_argmax_2d_precomputed_strides operator_add_broadcast operator_add_size1_broadcast
    operator_add_size1_right_broadcast operator_add_size1_singleton_broadcast operator_addconstant
    operator_addmm operator_concat2 operator_conv operator_convtranspose operator_flatten
    operator_maxpool operator_mm operator_view relu ReLU reshape_allowzero_reordered
    reshape_extended_dims reshape_negative_dim reshape_negative_extended_dims reshape_one_dim
    reshape_reduced_dims reshape_reordered_all_dims reshape_reordered_last_dims
    reshape_zero_and_negative_dim reshape_zero_dim sigmoid Sigmoid sigmoid_example
    single_relu_model Softmax softmax_axis_0 softmax_axis_1 softmax_axis_2 softmax_default_axis
    softmax_example softmax_functional_dim3 softmax_large_number softmax_lastdim
    softmax_negative_axis tanh Tanh tanh_example training_dropout training_dropout_default
    training_dropout_default_mask training_dropout_mask training_dropout_zero_ratio
    training_dropout_zero_ratio_mask
    """.split()
)
"""Names without ``test_`` and ``_cpu``; models of nothing but operators on the list, and Concat."""

LEFT_OUT = {
    r"concat": "networks have no concatenation: the reader refuses Concat by name",
    r"(pool|convtranspose|Conv|Pool)_?1d|operator_maxpool": "one-dimensional: no rows and columns",
    r"(pool|convtranspose|Conv|Pool)_?3d": "three-dimensional: one axis more than pictures have",
    r"maxpool_2d_uint8|add_u?int\d+|clip_default_int8": "whole numbers: networks have real ones",
    r"argmax|dropout.*_mask": "a second output: layers have one",
    r"training_dropout(_default)?$": "random numbers of another generator",
    r"batchnorm_.*_training_mode": "three outputs: layers have one",
    r"matmul_(1d|3d|4d|bcast)": "products of stacks of matrices: a layer multiplies vectors",
    r"gemm_default_matrix_bias": "another bias for each picture of a batch",
    r"operator_addmm": "the input is used twice, in a way that is no residual block",
    r"identity_(sequence|opt)": "lists and optional values: layers have arrays",
    r"^constant$": "no input: a constant is no layer",
    r"reshape_(allowzero|extended|negative|one_dim|reordered|zero)": "no picture laid out in a row",
    r"MaxPool2d_stride_padding_dilation": "a kernel of 80: kernels have up to 64 taps a side",
}
"""Why: by a pattern in the name of the case."""
