import CKernels
import Glibc

/// y = (x - mean) / √(variance + epsilon) · gamma + beta, with mean and biased variance of each group of channels in an image.
///
/// The kernels treat an image as a matrix with one column for each channel. Their sums of columns are then added up by group, in
/// order.
final class GroupNormalizationOperation: Operation {
  var values: OperationValues
  private let matrix: PixelMatrix
  private let groups: Int
  private let epsilon: Double
  /// Offsets in the flat buffers.
  private let gamma: Int?
  private let beta: Int?

  init(_ values: OperationValues, channels: Int, groups: Int, epsilon: Double, gamma: Int?, beta: Int?) {
    self.values = values
    matrix = PixelMatrix(channels: channels, elements: values.inputElements)
    self.groups = groups
    self.epsilon = epsilon
    self.gamma = gamma
    self.beta = beta
  }

  var algorithm: String { "group normalization" }
  var backwardReadsInput: Bool { true }
  var worksInPlace: Bool { true }
  var weightSpan: Range<Int>? {
    guard let first = gamma ?? beta, let last = beta ?? gamma else { return nil }
    return first..<(last + matrix.channels).rounded(upTo: 16)
  }
  /// Elements for the moments of each block of rows, a table, the slopes, and the sums of the gradient.
  var scratchElements: Int { (3 * blocks + 6) * columns }

  private var columns: Int { matrix.columns }
  private var blocks: Int { matrix.rows.dividedUp(by: BatchMemory.blockRows) }
  private func rows(_ block: Int) -> Int { min(BatchMemory.blockRows, matrix.rows - block * BatchMemory.blockRows) }

  private func moments(_ call: OperationCall, _ block: Int) -> UnsafeMutablePointer<Float> { call.scratch + 3 * block * columns }
  private func table(_ call: OperationCall) -> NormalizationTable {
    NormalizationTable(start: call.scratch + 3 * blocks * columns, columns: columns)
  }
  private func slopes(_ call: OperationCall) -> UnsafeMutablePointer<Float> { table(call).start + 3 * columns }
  private func sums(_ call: OperationCall) -> UnsafeMutablePointer<Float> { table(call).start + 4 * columns }

  private func channels(of group: Int) -> Range<Int> {
    let size = matrix.channels / groups
    return group * size..<(group + 1) * size
  }

  private func gamma(_ call: OperationCall, _ channel: Int) -> Double { gamma.map { Double(call.weights[$0 + channel]) } ?? 1 }
  private func beta(_ call: OperationCall, _ channel: Int) -> Double { beta.map { Double(call.weights[$0 + channel]) } ?? 0 }
}

// MARK: - Statistics of an image

extension GroupNormalizationOperation {
  private func takeMoments(_ call: OperationCall, of image: UnsafePointer<Float>) {
    for block in 0..<blocks {
      let moments = moments(call, block)
      call.kernels.moments(
        image + block * BatchMemory.blockRows * columns, columns, rows(block), columns, moments, moments + columns,
        moments + 2 * columns)
    }
  }

  /// Mean and 1 / √(variance + epsilon) of a group. Each block has moments around its own mean; these are combined around the
  /// common mean.
  private func statistics(_ call: OperationCall, _ group: Int) -> (mean: Double, inverse: Double) {
    var sum = 0.0
    forEachColumn(call, group) { count, mean, rest, _ in sum += count * mean + rest }
    let elements = Double(values.inputElements / groups)
    let center = sum / elements
    var squares = 0.0
    forEachColumn(call, group) { count, mean, rest, square in
      let distance = mean - center
      squares += square + distance * (2 * rest + count * distance)
    }
    return (center, 1 / (max(0, squares) / elements + epsilon).squareRoot())
  }

  private func forEachColumn(
    _ call: OperationCall, _ group: Int, _ body: (_ count: Double, _ mean: Double, _ rest: Double, _ square: Double) -> Void
  ) {
    for block in 0..<blocks {
      let moments = moments(call, block)
      let count = Double(rows(block))
      for channel in channels(of: group) {
        for j in matrix.columns(of: channel) {
          body(count, Double(moments[j]), Double(moments[columns + j]), Double(moments[2 * columns + j]))
        }
      }
    }
  }
}

// MARK: - Forward

extension GroupNormalizationOperation {
  func forward(_ call: OperationCall) {
    let table = table(call)
    for i in 0..<call.count {
      let image = call.input + i * values.inputElements
      takeMoments(call, of: image)
      for group in 0..<groups { fill(table, call, group) }
      var kernel = table.kernel(rows: matrix.rows, relu: false)
      call.kernels.normalize(&kernel, image, call.output + i * values.outputElements)
    }
  }

  private func fill(_ table: NormalizationTable, _ call: OperationCall, _ group: Int) {
    let (mean, inverse) = statistics(call, group)
    let center = Float(mean)
    for channel in channels(of: group) {
      let scale = gamma(call, channel) * inverse
      // This adds back what rounding removed from the mean.
      let offset = beta(call, channel) + (Double(center) - mean) * scale
      for j in matrix.columns(of: channel) {
        table.center[j] = center
        table.scale[j] = Float(scale)
        table.offset[j] = Float(offset)
      }
    }
  }
}

// MARK: - Backward

extension GroupNormalizationOperation {
  /// With r = 1 / √(variance + epsilon), and for each channel s = Σdy and p = Σdy·(x - mean): dbeta = s, dgamma = p·r, and
  /// dx = gamma·r·dy - r·S - (x - mean)·r³·P, where S and P are the means of gamma·s and gamma·p over the N values of the group.
  func backward(_ call: OperationCall) {
    guard let outputGradient = call.outputGradient else { return }
    let table = table(call)
    for i in 0..<call.count {
      let (image, gradient) = (call.input + i * values.inputElements, outputGradient + i * values.outputElements)
      let target = call.inputGradient.map { $0 + i * values.inputElements } ?? gradient
      takeMoments(call, of: image)
      for group in 0..<groups { fill(table, call, group) }
      sum(call, image, gradient, into: target)
      for group in 0..<groups { finish(table, call, group) }
      if call.inputGradient == nil { continue }
      var kernel = table.kernel(rows: matrix.rows, relu: false)
      call.kernels.normalize_gradient(&kernel, slopes(call), image, target, target)
    }
  }

  /// A few rows at a time, so that a sum has few terms and rounds little.
  private func sum(
    _ call: OperationCall, _ x: UnsafePointer<Float>, _ gradient: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>
  ) {
    let sums = sums(call)
    memset(sums, 0, 2 * columns * 4)
    for block in 0..<blocks {
      var kernel = table(call).kernel(rows: rows(block), relu: false)
      let place = block * BatchMemory.blockRows * columns
      call.kernels.normalize_sums(&kernel, x + place, gradient + place, target + place, sums, sums + columns)
    }
  }

  /// Computes the gradients of a group's weights, then the table for the gradients of its values.
  private func finish(_ table: NormalizationTable, _ call: OperationCall, _ group: Int) {
    let (_, inverse) = statistics(call, group)
    var (gradients, products) = (0.0, 0.0)
    for channel in channels(of: group) {
      let (sum, product) = channelSums(call, channel)
      gradients += gamma(call, channel) * sum
      products += gamma(call, channel) * product
      guard let weightGradients = call.weightGradients else { continue }
      if let beta { weightGradients[beta + channel] += Float(sum) }
      if let gamma { weightGradients[gamma + channel] += Float(product * inverse) }
    }
    fill(table, call, group, inverse, gradients, products)
  }

  /// The table that computes the gradients of a group's values from those of its outputs, given the sums of gamma·s and gamma·p.
  private func fill(
    _ table: NormalizationTable, _ call: OperationCall, _ group: Int, _ inverse: Double, _ gradients: Double, _ products: Double
  ) {
    let elements = values.inputElements / groups
    let slope = Float(-inverse * inverse * inverse * products / Double(elements))
    for channel in channels(of: group) {
      // A single value is always normalized to 0, so its gradient is exactly 0, without a rounding error.
      let scale = elements == 1 ? 0 : gamma(call, channel) * inverse
      let offset = elements == 1 ? 0 : -inverse * gradients / Double(elements)
      for j in matrix.columns(of: channel) {
        table.scale[j] = Float(scale)
        table.offset[j] = Float(offset)
        slopes(call)[j] = slope
      }
    }
  }

  private func channelSums(_ call: OperationCall, _ channel: Int) -> (sum: Double, product: Double) {
    let sums = sums(call)
    var (sum, product) = (0.0, 0.0)
    for j in matrix.columns(of: channel) {
      sum += Double(sums[j])
      product += Double(sums[columns + j])
    }
    return (sum, product)
  }
}
