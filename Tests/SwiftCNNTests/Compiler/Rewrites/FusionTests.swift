import Testing

@testable import SwiftCNN

@Suite("Fused operations give what they give one after the other")
struct FusionTests {
  /// Changes nothing, and nothing is fused with it.
  private static let barrier = AveragePooling2D(poolSize: 1)

  private static let poolings = [
    MaxPooling2D(), MaxPooling2D(padding: .same), MaxPooling2D(poolSize: 3, strides: 2), MaxPooling2D(poolSize: 2, strides: 1),
    // Codes of more than a byte, which dropout cannot use.
    MaxPooling2D(poolSize: Extent(17, 16), strides: 1, padding: .same),
  ]

  @Test("convolution, relu, pooling and dropout, forward and backward, in bits", arguments: poolings, [15, 16])
  func pooling(_ pooling: MaxPooling2D, filters: Int) throws {
    let fused = try gradients(pooling, filters, useBias: false, isFused: true)
    let apart = try gradients(pooling, filters, useBias: false, isFused: false)
    #expect(fused == apart)
  }

  /// The sums of a bias's gradient have the same terms in another order.
  @Test("the gradient of a bias before a pooling", arguments: poolings)
  func bias(_ pooling: MaxPooling2D) throws {
    let fused = try gradients(pooling, 16, useBias: true, isFused: true)
    let apart = try gradients(pooling, 16, useBias: true, isFused: false)
    #expect(fused != apart)
    expectClose(fused, apart.map(Double.init), relative: 1e-6)
  }

  @Test("a relu of a relu before a pooling, in bits")
  func repeatedRelu() throws {
    func gradients(_ more: [any Layer]) throws -> [Float] {
      let model = try Sequential(input: [9, 8, 2], seed: 3) {
        Conv2D(20, kernelSize: 3, activation: .relu)
        more
        MaxPooling2D()
        Flatten()
        Dense(3)
      }
      try model.compile(optimizer: .sgd(), loss: .meanSquaredError)
      return try model.gradients(
        try Tensor(shape: [4, 9, 8, 2], values: values(4 * 9 * 8 * 2, seed: 5)),
        try Tensor(shape: [4, 3], values: values(12, seed: 6))
      ).gradients
    }
    #expect(try gradients([ReLU()]) == gradients([]))
    #expect(try gradients([ReLU(), ReLU()]) == gradients([]))
  }

  /// Windows that lie in the zeros alone, at one edge or at all, and strides that end before the padding does.
  @Test(
    "zeros around an image and the convolution's own, in bits",
    arguments: [Margins(1, 1), Margins(top: 0, bottom: 2, left: 7, right: 1)],
    [
      Conv2D(16, kernelSize: 3), Conv2D(5, kernelSize: 3, padding: .same), Conv2D(5, kernelSize: [2, 3], strides: 2),
      Conv2D(20, kernelSize: 3, padding: .same), DepthwiseConv2D(kernelSize: 3, strides: 2),
      DepthwiseConv2D(kernelSize: 3, padding: .same, depthMultiplier: 2),
    ] as [any Layer])
  func zeroPadding(_ padding: Margins, _ convolution: any Layer) throws {
    func gradients(isFused: Bool) throws -> [Float] {
      let model = try Sequential(input: [11, 12, 2], seed: 3) {
        Conv2D(16, kernelSize: 3)
        ZeroPadding2D(padding: padding)
        if !isFused { Self.barrier }
        convolution
        Flatten()
        Dense(3)
      }
      try model.compile(optimizer: .sgd(), loss: .meanSquaredError)
      #expect(try model.planInfo(batchSize: 5).contains("placement") == !isFused)
      let result = try model.gradients(
        try Tensor(shape: [5, 11, 12, 2], values: values(5 * 11 * 12 * 2, seed: 5)),
        try Tensor(shape: [5, 3], values: values(15, seed: 6)), training: true)
      return [Float(result.loss)] + result.gradients
    }
    #expect(try gradients(isFused: true) == gradients(isFused: false))
  }

  /// The loss and the gradients of a small network. A dropout's random numbers depend on its place among the layers.
  private func gradients(_ pooling: MaxPooling2D, _ filters: Int, useBias: Bool, isFused: Bool) throws -> [Float] {
    let convolution = Conv2D(filters, kernelSize: 3, activation: .relu, useBias: useBias)
    let front: [any Layer] =
      isFused
      ? [Self.barrier, Self.barrier, convolution, pooling] : [convolution, Self.barrier, pooling, Self.barrier]
    let model = try Sequential(input: [19, 20, 2], seed: 3) {
      front
      Dropout(0.4)
      Flatten()
      Dense(3)
    }
    try model.compile(optimizer: .sgd(), loss: .meanSquaredError)
    // Few different values, so that windows hold equal ones.
    let x = values(5 * 19 * 20 * 2, seed: 5).map { ($0 * 2).rounded() }
    let result = try model.gradients(
      try Tensor(shape: [5, 19, 20, 2], values: x), try Tensor(shape: [5, 3], values: values(15, seed: 6)), training: true)
    return [Float(result.loss)] + result.gradients
  }
}
