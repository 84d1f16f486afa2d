import CKernels

/// What the model should answer, checked against the loss and the model's output.
struct Targets {
  /// The targets of one batch: class numbers or values, as the loss wants them.
  struct Batch {
    var labels: UnsafePointer<Int32>?
    var values: UnsafePointer<Float>?
  }

  /// Answers a sample: more than one for outputs with more than two axes.
  let rows: Int
  let columns: Int
  private let view: ArrayView
  private let labels: [Int32]?

  /// - Parameter output: the output's shape for one sample.
  init(_ y: ArrayView, loss: Loss, output: [Int], samples: Int, kernels: KernelTable) throws(SwiftCNNError) {
    columns = output[output.count - 1]
    rows = output.dropLast().reduce(1, *)
    guard y.sampleCount == samples, !y.shape.isEmpty else {
      throw .invalidValue(
        "x and y must have the same number of samples; x has \(samples), y has the shape \(Shape.text(y.shape))")
    }
    view = y
    labels = loss.wantsLabels ? try Self.labels(y, output, rows, columns, kernels) : nil
    if !loss.wantsLabels { try Self.checkValues(y, output, kernels) }
  }

  private init(_ whole: Targets, _ range: Range<Int>) {
    rows = whole.rows
    columns = whole.columns
    view = whole.view.slice(range)
    labels = whole.labels.map { Array($0[range.lowerBound * whole.rows..<range.upperBound * whole.rows]) }
  }

  /// The targets of some of the samples.
  func slice(_ range: Range<Int>) -> Targets { Targets(self, range) }

  private static func labels(
    _ y: ArrayView, _ output: [Int], _ rows: Int, _ columns: Int, _ kernels: KernelTable
  ) throws(SwiftCNNError) -> [Int32] {
    let positions = Array(output.dropLast())
    guard y.sampleShape == positions || y.sampleShape == positions + [1] else {
      throw .invalidValue(
        "sparse_categorical_crossentropy takes one class number for each answer: y of shape \(Shape.batchText(positions)); got "
          + "\(Shape.text(y.shape)). For one-hot targets use categorical_crossentropy, or y.argmax(-1)")
    }
    var labels = [Int32](repeating: 0, count: y.sampleCount * rows)
    var sample = [Float](repeating: 0, count: rows)
    for i in 0..<y.sampleCount {
      y.readSample(i, into: &sample, kernels)
      for (j, value) in sample.enumerated() {
        labels[i * rows + j] = try classNumber(value, "y", i, of: columns)
      }
    }
    return labels
  }

  /// `value`, which `name` holds at sample `sample`, as one of `classes` class numbers.
  static func classNumber(_ value: Float, _ name: String, _ sample: Int, of classes: Int) throws(SwiftCNNError) -> Int32 {
    guard value >= 0, value < Float(classes), value == value.rounded() else {
      throw .invalidValue(
        "\(name) holds \(Int(exactly: value).map(String.init) ?? "\(value)") at sample \(sample), but the model's output has "
          + "\(classes) classes: class numbers must be whole, from 0 to \(classes - 1)")
    }
    return Int32(value)
  }

  private static func checkValues(_ y: ArrayView, _ output: [Int], _ kernels: KernelTable) throws(SwiftCNNError) {
    let fits = y.sampleShape == output || (output.last == 1 && y.sampleShape == Array(output.dropLast()))
    guard fits else {
      let hint =
        y.sampleShape == Array(output.dropLast()) || y.sampleShape == output.dropLast() + [1]
        ? ". For class numbers use sparse_categorical_crossentropy, or to_categorical(y, \(output[output.count - 1]))" : ""
      throw .invalidValue(
        "the loss takes a target for each output: y of shape \(Shape.batchText(output)); got \(Shape.text(y.shape))\(hint)")
    }
    try y.checkFinite("y", kernels)
  }

  /// Reads the targets of `samples` into memory for one batch.
  func read(
    _ samples: some RandomAccessCollection<Int>, labels target: UnsafeMutablePointer<Int32>,
    values: UnsafeMutablePointer<Float>, _ kernels: KernelTable
  ) -> Batch {
    if let labels {
      for (i, sample) in samples.enumerated() {
        for j in 0..<rows { target[i * rows + j] = labels[sample * rows + j] }
      }
      return Batch(labels: UnsafePointer(target))
    }
    let elements = rows * columns
    for (i, sample) in samples.enumerated() { view.readSample(sample, into: values + i * elements, kernels) }
    return Batch(values: UnsafePointer(values))
  }

  /// The class of each sample, for class weights.
  func classes(_ kernels: KernelTable) throws(SwiftCNNError) -> [Int] {
    guard rows == 1 else {
      throw .invalidValue("class_weight needs one answer a sample, but the model gives \(rows); use sample_weight")
    }
    if let labels { return labels.map(Int.init) }
    var sample = [Float](repeating: 0, count: columns)
    return (0..<view.sampleCount).map { i in
      view.readSample(i, into: &sample, kernels)
      return columns == 1 ? Int(sample[0]) : sample.indices.max { sample[$0] < sample[$1] }!
    }
  }
}

extension ArrayView {
  /// Refuses NaN and infinity, naming the first sample that holds one.
  func checkFinite(_ name: String, _ kernels: KernelTable) throws(SwiftCNNError) {
    guard dtype.isFloatingPoint, sampleElements > 0 else { return }
    if let values = floatsInPlace(from: 0, count: sampleCount), kernels.all_finite(values, sampleCount * sampleElements) == 1 {
      return
    }
    var sample = [Float](repeating: 0, count: sampleElements)
    for i in 0..<sampleCount {
      readSample(i, into: &sample, kernels)
      guard kernels.all_finite(sample, sample.count) == 1 else {
        let place = sample.firstIndex { !$0.isFinite } ?? 0
        throw .invalidValue(
          "\(name) holds \(sample[place]) at sample \(i), element \(place); training and prediction need finite float32 values. "
            + "Remove or replace such values, for example with numpy.nan_to_num")
      }
    }
  }
}
