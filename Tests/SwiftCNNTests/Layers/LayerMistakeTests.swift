import Testing

@testable import SwiftCNN

@Suite("Layers that do not fit an image of 8 x 6 with 2 channels")
struct LayerMistakeTests {
  struct Mistake: Sendable, CustomTestStringConvertible {
    let layer: any Layer
    let complaint: String

    init(_ layer: any Layer, _ complaint: String) {
      self.layer = layer
      self.complaint = complaint
    }

    var testDescription: String { "\(type(of: layer)): \(complaint)" }
  }

  static let ofShape = [
    Mistake(ZeroPadding2D(padding: -1), "padding must be from 0 to 2147483647 at each edge, got [[-1, -1], [-1, -1]]"),
    Mistake(ZeroPadding2D(padding: Margins(Int.max, 0)), "padding must be from 0 to 2147483647"),
    Mistake(ZeroPadding2D(padding: Margins(Int(Int32.max), Int(Int32.max))), "more elements than memory can hold"),
    Mistake(Cropping2D(cropping: -1), "cropping must be from 0"),
    Mistake(Cropping2D(cropping: Margins(4, 0)), "cropping ((4, 4), (0, 0)) leaves nothing of an input of shape (8, 6, 2)"),
    Mistake(UpSampling2D(size: 0), "size must be one or two positive integers"),
    Mistake(UpSampling2D(size: Extent(1, Int(Int32.max))), "12884901882 rows or columns are beyond any image"),
    Mistake(Resizing(height: 0, width: 3), "height must be from 1 to 1048576, got 0"),
    Mistake(Resizing(height: 2, width: 3, fit: .pad(1e300)), "fill_value must be a number that float32 can hold, got 1e+300"),
    Mistake(Resizing(height: 2, width: 2_000_000), "width must be from 1 to 1048576, got 2000000"),
    Mistake(Reshape([5, -1]), "cannot hold the 96 values of an input of shape (8, 6, 2); use sizes whose product is 96"),
    Mistake(Reshape([95]), "target_shape (95,) cannot hold the 96 values"),
    Mistake(Reshape([-1, -1]), "target_shape must be positive sizes, of which one may be -1"),
    Mistake(Reshape([0, -1]), "target_shape must be positive sizes"),
    Mistake(Reshape([]), "target_shape must be positive sizes"),
    Mistake(Reshape([4_194_305, 4_194_305, 211_106_198_978_564]), "more elements than memory can hold"),
    Mistake(Permute([1, 2]), "dims names 2 axes, the input of shape (8, 6, 2) has 3"),
    Mistake(Permute([0, 1, 2]), "dims must be the numbers from 1 on, each once, got [0, 1, 2]"),
    Mistake(Permute([]), "dims must be the numbers from 1 on"),
    Mistake(Rescaling(scale: [1, 2, 3]), "scale must be one number or one for each of the 2 channels, got 3 numbers"),
    Mistake(Rescaling(1, offset: 1e300), "offset must be one number, or one for each channel, that float32 can hold, got 1e+300"),
  ]

  static let ofActivations = [
    Mistake(ReLU(maxValue: -1), "max_value must be a number of at least 0 that float32 can hold, or null, got -1.0"),
    Mistake(ReLU(negativeSlope: -0.1), "negative_slope must be a number of at least 0"),
    Mistake(ReLU(threshold: .nan), "threshold must be a number of at least 0 that float32 can hold, got nan"),
    Mistake(LeakyReLU(negativeSlope: -1), "negative_slope must be"),
    Mistake(ELU(alpha: -1), "alpha must be"),
    Mistake(Conv2D(3, kernelSize: 2, activation: .leaky(LeakyReLU(negativeSlope: -1))), "negative_slope must be"),
    Mistake(SeparableConv2D(3, kernelSize: 2, activation: .rectifier(ReLU(maxValue: -1))), "max_value must be"),
    Mistake(Activation(.exponentialLinear(ELU(alpha: -1))), "alpha must be"),
    Mistake(PReLU(sharedAxes: [0]), "shared_axes must be numbers from 1, or null, got [0]"),
    Mistake(PReLU(sharedAxes: [4]), "the axes of an input of shape (None, 8, 6, 2) without the batch's; got (4,)"),
    Mistake(Softmax(axis: 1), "axis must name the last axis (-1), or the last ones such as [-2, -1]"),
    Mistake(Softmax(axes: []), "axis must be the last axis (-1), or the last ones"),
    Mistake(LayerNormalization(axes: [-3, -1]), "Put a Permute before it to move other axes to the end"),
    Mistake(LayerNormalization(axes: [-1, 3]), "axis must name the last axis"),
    Mistake(LayerNormalization(axes: [-1, -2, -3, -4]), "axis must name the last axis"),
    Mistake(LayerNormalization(epsilon: 0), "epsilon must be a finite number above 0, got 0.0"),
  ]

  static let ofNormalizations = [
    Mistake(GroupNormalization(groups: 0), "groups must be a positive integer, or -1"),
    Mistake(GroupNormalization(), "the 2 channels of an input of shape (None, 8, 6, 2) cannot be cut into 32 groups"),
    Mistake(GroupNormalization(groups: 3, axis: 1), "the 8 channels of an input of shape (None, 8, 6, 2) cannot be cut into 3"),
    Mistake(GroupNormalization(groups: 1, axis: 4), "from 1 to 3, or from -1 to -3; got (4,)"),
    Mistake(GroupNormalization(groups: 1, axis: 0), "since 0 is the batch's, got 0"),
    Mistake(GroupNormalization(groups: 1, epsilon: 0), "epsilon must be a finite number above 0, got 0.0"),
    Mistake(UnitNormalization(axes: []), "axis must be axes of a sample, each once"),
    Mistake(UnitNormalization(axes: [1, -3]), "each once: from 1 to 3, or from -1 to -3; got (1, -3)"),
    Mistake(UnitNormalization(axes: [Int.min]), "got (-9223372036854775808,)"),
    Mistake(Normalization(axes: [2, 2]), "each once"),
    Mistake(Normalization(mean: 1), "mean and variance are given together or not at all, got only the mean"),
    Mistake(Normalization(mean: [1, 2], variance: 1), "must have one shape, got (2,) and ()"),
    Mistake(Normalization(mean: [1, 2, 3], variance: [1, 2, 3]), "of the shape (3,) do not fit the sizes (2,) of axis (-1,)"),
    Mistake(Normalization(axes: [], mean: [1], variance: [1]), "have no more axes than axis names (0); got the shape (1,)"),
    Mistake(Normalization(mean: 0, variance: -1), "variance must be from 0 on, got -1.0"),
    Mistake(Normalization(mean: 1e300, variance: 1), "must be finite in float32"),
  ]

  static let ofSizes = [
    Mistake(
      AdaptiveAveragePooling2D(outputSize: 0),
      "output_size must be one or two integers (height, width) from 1 to 1048576, got [0, 0]"),
    Mistake(AdaptiveMaxPooling2D(outputSize: Extent(1, 2_000_000)), "from 1 to 1048576, got [1, 2000000]"),
    Mistake(CenterCrop(height: 0, width: 1), "height must be from 1 to 1048576, got 0"),
    Mistake(CenterCrop(height: 1, width: 2_000_000), "width must be from 1 to 1048576"),
    Mistake(RepeatVector(0), "n must be a positive integer, got 0"),
    Mistake(RepeatVector(2), "expects vectors (features,), got an input of shape (8, 6, 2); put a Flatten before it"),
    Mistake(AlphaDropout(1.5), "rate must be from 0 to 1, got 1.5"),
  ]

  static let ofTransposedConvolutions = [
    Mistake(Conv2DTranspose(0, kernelSize: 3), "filters must be a positive integer, got 0"),
    Mistake(Conv2DTranspose(1, kernelSize: 0), "kernel_size must be one or two positive integers"),
    Mistake(Conv2DTranspose(1, kernelSize: 3, strides: 0), "strides must be one or two positive integers"),
    Mistake(Conv2DTranspose(1, kernelSize: 3, dilationRate: 0), "dilation_rate must be one or two positive integers"),
    Mistake(Conv2DTranspose(1, kernelSize: 3, strides: 2, dilationRate: 2), "cannot both be larger than 1"),
    Mistake(
      Conv2DTranspose(1, kernelSize: 3, strides: 2, outputPadding: 2),
      "output_padding must be from 0 to the stride - 1 (1), got 2 for the height"),
    Mistake(
      Conv2DTranspose(1, kernelSize: 2, strides: 2, padding: .same, outputPadding: 0), "use a larger output_padding, or None"),
    Mistake(Conv2DTranspose(1, kernelSize: 3, strides: Extent(498_444_555, 498_444_555)), "more elements than memory can hold"),
    Mistake(
      Conv2DTranspose(1, kernelSize: Extent(Int(Int32.max), 1), dilationRate: Extent(Int(Int32.max), 1)), "the dilated kernel"),
    Mistake(Conv2DTranspose(Int.max / 2, kernelSize: 1), "more elements than memory can hold"),
  ]

  @Test("are refused with the reason", arguments: ofShape + ofActivations + ofNormalizations + ofSizes + ofTransposedConvolutions)
  func refusals(mistake: Mistake) throws {
    let error = try #require(throws: SwiftCNNError.self) {
      try Sequential(input: [8, 6, 2]) { mistake.layer }
    }
    #expect(error.description.contains(mistake.complaint), "\(error)")
  }

  @Test(
    "image layers say so behind Flatten",
    arguments: [
      ZeroPadding2D(), Cropping2D(), UpSampling2D(), Resizing(height: 2, width: 2), GlobalMaxPooling2D(),
      AdaptiveMaxPooling2D(outputSize: 2), CenterCrop(height: 2, width: 2),
      Conv2DTranspose(1, kernelSize: 1),
    ] as [any Layer])
  func behindFlatten(layer: any Layer) throws {
    let error = try #require(throws: SwiftCNNError.self) {
      try Sequential(input: [8, 6, 2]) {
        Flatten()
        layer
      }
    }
    #expect(error.description.contains("expects images (height, width, channels), got an input of shape (96,)"), "\(error)")
  }
}
