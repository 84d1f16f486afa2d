/// The data that the three operations of a batch normalization share in training. They are in the memory that the first operation
/// saves.
///
/// For the batch: the forward table, the backward table and its slopes, and each channel's mean and variance.
/// For each image: the moments of each block of rows, and the sums of its gradient.
struct BatchMemory {
  private let normalization: ChannelNormalization
  private var columns: Int { normalization.columns }

  /// The number of rows in a block with its own mean. It is small enough for the rows to be in the cache in the second pass.
  static let blockRows = 128

  init(_ normalization: ChannelNormalization) { self.normalization = normalization }

  var blocks: Int { (normalization.rows + Self.blockRows - 1) / Self.blockRows }
  func rows(_ block: Int) -> Int { min(Self.blockRows, normalization.rows - block * Self.blockRows) }

  var savedPerBatch: Int { 7 * columns + 2 * normalization.channels }
  var imageElements: Int { (3 * blocks + 2) * columns }

  // MARK: Of the batch

  func table(_ call: OperationCall) -> NormalizationTable { NormalizationTable(start: call.batchSaved, columns: columns) }
  func gradientTable(_ call: OperationCall) -> NormalizationTable {
    NormalizationTable(start: call.batchSaved + NormalizationTable.elements(columns), columns: columns)
  }
  func slope(_ call: OperationCall) -> UnsafeMutablePointer<Float> { call.batchSaved + 2 * NormalizationTable.elements(columns) }
  func mean(_ call: OperationCall) -> UnsafeMutablePointer<Float> { slope(call) + columns }
  func variance(_ call: OperationCall) -> UnsafeMutablePointer<Float> { mean(call) + normalization.channels }

  /// The number of values of a channel in the batch.
  func count(_ call: OperationCall) -> Int { call.count * normalization.rows * (columns / normalization.channels) }

  // MARK: Of each image

  /// The results mean, rest and square of the kernel `moments`, `columns` each.
  func moments(_ call: OperationCall, _ image: Int, _ block: Int) -> UnsafeMutablePointer<Float> {
    call.saved + image * imageElements + 3 * block * columns
  }

  /// The sums of dy, then those of dy · (x - center), `columns` each.
  func gradientSums(_ call: OperationCall, _ image: Int) -> UnsafeMutablePointer<Float> {
    call.saved + image * imageElements + 3 * blocks * columns
  }

  // MARK: Over all images, in their order

  /// Mean and biased variance of a channel. Each block has moments around its own mean; these are combined around the common
  /// mean.
  func statistics(_ call: OperationCall, _ channel: Int) -> (mean: Double, variance: Double) {
    var sum = 0.0
    forEachBlock(call, channel) { count, mean, rest, _ in sum += count * mean + rest }
    let center = sum / Double(count(call))
    var squares = 0.0
    forEachBlock(call, channel) { count, mean, rest, square in
      let distance = mean - center
      squares += square + distance * (2 * rest + count * distance)
    }
    return (center, max(0, squares) / Double(count(call)))
  }

  private func forEachBlock(
    _ call: OperationCall, _ channel: Int, _ body: (_ count: Double, _ mean: Double, _ rest: Double, _ square: Double) -> Void
  ) {
    for image in 0..<call.count {
      for block in 0..<blocks {
        let moments = moments(call, image, block)
        let count = Double(rows(block))
        for j in stride(from: channel, to: columns, by: normalization.channels) {
          body(count, Double(moments[j]), Double(moments[columns + j]), Double(moments[2 * columns + j]))
        }
      }
    }
  }

  /// Σdy and Σdy · (x - center) of a channel.
  func gradientSums(_ call: OperationCall, channel: Int) -> (sum: Double, product: Double) {
    var (sum, product) = (0.0, 0.0)
    for image in 0..<call.count {
      let sums = gradientSums(call, image)
      for j in stride(from: channel, to: columns, by: normalization.channels) {
        sum += Double(sums[j])
        product += Double(sums[columns + j])
      }
    }
    return (sum, product)
  }
}
