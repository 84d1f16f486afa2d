import CKernels

/// The targets of an output, checked against the loss and the model's output.
struct Targets {
  /// The targets of one batch: class numbers or values, as the loss requires.
  struct Batch {
    var labels: UnsafePointer<Int32>?
    var values: UnsafePointer<Float>?
  }

  /// MetricInputs a sample: more than one for outputs with more than two axes.
  let rows: Int
  let columns: Int
  private let view: ArrayView
  private let labels: BufferSlice<Int32>?

  /// The name of the array in error messages.
  private let name: String

  /// - Parameters:
  ///   - name: the name of `y` in error messages.
  ///   - areLabels: whether the loss requires class numbers.
  ///   - shape: the output shape of one sample.
  init(
    _ y: ArrayView, named name: String, areLabels: Bool, shape: [Int], samples: Int, kernels: KernelTable
  ) throws(SwiftCNNError) {
    (rows, columns) = (shape.dropLast().reduce(1, *), shape.last ?? 1)
    guard y.sampleCount == samples, !y.shape.isEmpty else {
      throw .invalidValue(
        "x and \(name) must have the same number of samples; x has \(samples), \(name) has the shape \(Shape.text(y.shape))")
    }
    view = y
    self.name = name
    labels = areLabels ? try Self.labels(y, name, shape, rows, columns, kernels) : nil
    if !areLabels { try Self.checkValues(y, name, shape, kernels) }
  }

  private init(_ whole: Targets, _ range: Range<Int>) {
    (rows, name) = (whole.rows, whole.name)
    columns = whole.columns
    view = whole.view.slice(range)
    labels = whole.labels?.slice(range.lowerBound * whole.rows..<range.upperBound * whole.rows)
  }

  /// The targets of a subset of the samples.
  func slice(_ range: Range<Int>) -> Targets { Targets(self, range) }

  private static func labels(
    _ y: ArrayView, _ name: String, _ output: [Int], _ rows: Int, _ columns: Int, _ kernels: KernelTable
  ) throws(SwiftCNNError) -> BufferSlice<Int32> {
    let positions = Array(output.dropLast())
    guard y.sampleShape == positions || y.sampleShape == positions + [1] else {
      throw .invalidValue(
        "sparse_categorical_crossentropy takes one class number for each answer: \(name) of shape \(Shape.batchText(positions)); got "
          + "\(Shape.text(y.shape)). For one-hot targets use categorical_crossentropy, or \(name).argmax(-1)")
    }
    let count = try Shape.count([y.sampleCount, rows], of: name)
    let labels = try Buffer<Int32>(count, for: "the class numbers of \(y.sampleCount) samples")
    let sample = try FloatBuffer(rows, for: "the class numbers of a sample")
    try Interruption.forEachPiece(of: y.sampleCount, cost: rows) { samples throws(SwiftCNNError) in
      for i in samples {
        guard y.readSample(i, into: sample.pointer, kernels) else { throw y.vanished(name) }
        for j in 0..<rows { labels.pointer[i * rows + j] = try classNumber(sample.pointer[j], name, i, of: columns) }
      }
    }
    return BufferSlice(labels)
  }

  /// Checks that `value`, which is in `name` at sample `sample`, is one of `classes` class numbers.
  static func classNumber(_ value: Float, _ name: String, _ sample: Int, of classes: Int) throws(SwiftCNNError) -> Int32 {
    guard value >= 0, value < Float(classes), let label = Int32(exactly: value) else {
      throw .invalidValue(
        "\(name) holds \(Int(exactly: value).map(String.init) ?? "\(value)") at sample \(sample), but the model's output has "
          + "\(classes) classes: class numbers must be whole, from 0 to \(classes - 1)")
    }
    return label
  }

  private static func checkValues(
    _ y: ArrayView, _ name: String, _ output: [Int], _ kernels: KernelTable
  ) throws(SwiftCNNError) {
    let fits = y.sampleShape == output || (output.last == 1 && y.sampleShape == Array(output.dropLast()))
    guard fits else {
      let hint =
        y.sampleShape == Array(output.dropLast()) || y.sampleShape == output.dropLast() + [1]
        ? ". For class numbers use sparse_categorical_crossentropy, or to_categorical(\(name), \(output[output.count - 1]))" : ""
      throw .invalidValue(
        "the loss takes a target for each output: \(name) of shape \(Shape.batchText(output)); got \(Shape.text(y.shape))\(hint)")
    }
    try y.checkFinite(name, kernels)
  }

  /// Reads the targets of `samples` into memory for one batch.
  func read(
    _ samples: some RandomAccessCollection<Int>, labels target: UnsafeMutablePointer<Int32>,
    values: UnsafeMutablePointer<Float>, _ kernels: KernelTable
  ) throws(SwiftCNNError) -> Batch {
    if let labels {
      for (i, sample) in samples.enumerated() {
        for j in 0..<rows { target[i * rows + j] = labels[sample * rows + j] }
      }
      return Batch(labels: UnsafePointer(target))
    }
    let elements = rows * columns
    for (i, sample) in samples.enumerated() {
      guard view.readSample(sample, into: values + i * elements, kernels) else { throw view.vanished(name) }
    }
    return Batch(values: UnsafePointer(values))
  }

  /// Calls `body` with the class of each sample, for class weights. As in Keras, the class is the index of the largest of several
  /// values, or a single value rounded. It is nil if the value is no class number.
  func forEachClass(
    _ kernels: KernelTable, _ body: (_ sample: Int, _ class: Int?) -> Void
  ) throws(SwiftCNNError) {
    guard rows == 1 else {
      throw .invalidValue("class_weight needs one answer a sample, but the model gives \(rows); use sample_weight")
    }
    let values = try FloatBuffer(columns, for: "the targets of a sample")
    try Interruption.forEachPiece(of: view.sampleCount, cost: columns) { samples throws(SwiftCNNError) in
      for i in samples {
        if let labels {
          body(i, Int(labels[i]))
          continue
        }
        guard view.readSample(i, into: values.pointer, kernels) else { throw view.vanished(name) }
        let sample = values.values
        let largest = sample.indices.max { sample[$0] < sample[$1] }
        body(i, columns == 1 ? Int(exactly: sample[0].rounded(.toNearestOrEven)) : largest)
      }
    }
  }
}

extension ArrayView {
  /// Throws for NaN and infinity. The error names the first sample that contains one.
  func checkFinite(_ name: String, _ kernels: KernelTable) throws(SwiftCNNError) {
    guard dtype.isFloatingPoint, sampleElements > 0 else { return }
    // A broadcast array has the same sample everywhere.
    let different = sampleStride == 0 ? min(1, sampleCount) : sampleCount
    let sample = try FloatBuffer(sampleElements, for: "a sample of \(name)")
    try Interruption.forEachPiece(of: different, cost: sampleElements) { samples throws(SwiftCNNError) in
      let values = floatsInPlace(from: samples.lowerBound, count: samples.count)
      if let values, kernels.all_finite(values, samples.count * sampleElements) == 1 { return }
      for i in samples {
        guard readSample(i, into: sample.pointer, kernels) else { throw vanished(name) }
        if kernels.all_finite(sample.pointer, sample.count) == 1 { continue }
        let place = sample.values.firstIndex { !$0.isFinite } ?? 0
        throw .invalidValue(
          "\(name) holds \(sample.pointer[place]) at sample \(i), element \(place); training and prediction need finite float32 "
            + "values. Remove or replace such values, for example with numpy.nan_to_num")
      }
    }
  }
}
