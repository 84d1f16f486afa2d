import CKernels

/// The settings of a batch normalization, and the shape in which the kernels read its tensors.
struct ChannelNormalization {
  let channels: Int
  let momentum: Double
  let epsilon: Double
  /// Offsets in the flat buffers.
  let gamma: Int?
  let beta: Int?
  let mean: Int
  let variance: Int
  /// An image in the shape that the kernels use.
  let rows: Int
  let columns: Int

  /// - Parameter elements: the number of elements in one image.
  init(
    channels: Int, elements: Int, momentum: Double, epsilon: Double, gamma: Int?, beta: Int?, mean: Int, variance: Int
  ) {
    self.channels = channels
    self.momentum = momentum
    self.epsilon = epsilon
    self.gamma = gamma
    self.beta = beta
    self.mean = mean
    self.variance = variance
    let matrix = PixelMatrix(channels: channels, elements: elements)
    (rows, columns) = (matrix.rows, matrix.columns)
  }

  /// The number of elements in a row if it is one pixel. Rows may then be parts of longer rows.
  var separateRow: Int? { columns == channels ? columns : nil }

  /// The weights that have a gradient.
  var learnedSpan: Range<Int>? {
    guard let first = gamma ?? beta, let last = beta ?? gamma else { return nil }
    return first..<(last + channels).rounded(upTo: 16)
  }

  func gamma(_ channel: Int, _ weights: UnsafePointer<Float>) -> Double { gamma.map { Double(weights[$0 + channel]) } ?? 1 }
  func beta(_ channel: Int, _ weights: UnsafePointer<Float>) -> Double { beta.map { Double(weights[$0 + channel]) } ?? 0 }

  func inverseDeviation(_ variance: Double) -> Double { 1 / (variance + epsilon).squareRoot() }

  /// The factor of a channel with the moving statistics.
  func movingScale(_ channel: Int, _ weights: UnsafePointer<Float>) -> Double {
    gamma(channel, weights) * inverseDeviation(Double(weights[variance + channel]))
  }
}

/// The shape in which kernels for functions of each column read an image. If there are few channels, a row has several pixels, so
/// that vectors are full.
struct PixelMatrix {
  let channels: Int
  let rows: Int
  let columns: Int

  private static let widestRow = 64

  /// - Parameter elements: the number of elements in one image.
  init(channels: Int, elements: Int) {
    self.channels = channels
    let pixels = elements / channels
    let pixelsInRow = (1...max(1, Self.widestRow / channels)).last { pixels % $0 == 0 } ?? 1
    rows = pixels / pixelsInRow
    columns = channels * pixelsInRow
  }

  /// The columns of a channel.
  func columns(of channel: Int) -> StrideTo<Int> { stride(from: channel, to: columns, by: channels) }
}

/// Center, scale and offset of each column, one array after the other, for KernelNormalization.
struct NormalizationTable {
  let start: UnsafeMutablePointer<Float>
  let columns: Int

  static func elements(_ columns: Int) -> Int { 3 * columns }

  var center: UnsafeMutablePointer<Float> { start }
  var scale: UnsafeMutablePointer<Float> { start + columns }
  var offset: UnsafeMutablePointer<Float> { start + 2 * columns }

  func set(_ channel: Int, _ normalization: ChannelNormalization, center: Float, scale: Float, offset: Float) {
    for j in stride(from: channel, to: columns, by: normalization.channels) {
      self.center[j] = center
      self.scale[j] = scale
      self.offset[j] = offset
    }
  }

  /// - Parameters:
  ///   - input: the strides of x, if its rows are parts of longer rows.
  ///   - output: the same for y.
  func kernel(rows: Int, relu: Bool, input: Strides? = nil, output: Strides? = nil) -> KernelNormalization {
    KernelNormalization(
      rows: rows, columns: columns, x_row: input?.row ?? columns, y_row: output?.row ?? columns, center: center, scale: scale,
      offset: offset, relu: relu ? 1 : 0)
  }
}
