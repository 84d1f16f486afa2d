import CSwiftCNN
import SwiftCNN

/// The caller's array. It is used only during the call.
func view(_ array: UnsafePointer<scnn_array>?, _ name: String) throws(SwiftCNNError) -> ArrayView {
  let array = try required(array, name).pointee
  guard let dtype = DType(rawValue: array.dtype) else {
    throw .invalidType("\(name) has the dtype code \(array.dtype); expected an scnn_dtype from 0 to \(DType.allCases.count - 1)")
  }
  guard 0...Int(SCNN_MAX_RANK) ~= Int(array.rank) else {
    throw .invalidValue("\(name) has rank \(array.rank); expected 0 to \(SCNN_MAX_RANK)")
  }
  let rank = Int(array.rank)
  return try ArrayView(
    array.data, dtype: dtype, byteSwapped: array.byte_swapped != 0,
    shape: elements(of: array.shape, rank), strides: elements(of: array.strides, rank), mayVanish: array.may_vanish != 0)
}

func optionalView(_ array: UnsafePointer<scnn_array>?, _ name: String) throws(SwiftCNNError) -> ArrayView? {
  array == nil ? nil : try view(array, name)
}

/// The name of an array argument in errors. If there are several arrays, it contains the number.
private func name(_ argument: String, _ index: Int, of count: Int) -> String { count == 1 ? argument : "\(argument)[\(index)]" }

func views(
  _ arrays: UnsafePointer<UnsafePointer<scnn_array>?>?, _ count: Int64, _ argument: String
) throws(SwiftCNNError) -> [ArrayView] {
  let arrays = try buffer(arrays, count, argument)
  var views: [ArrayView] = []
  for (i, array) in arrays.enumerated() { views.append(try view(array, name(argument, i, of: arrays.count))) }
  return views
}

/// The same for arrays that may be NULL.
func optionalViews(
  _ arrays: UnsafePointer<UnsafePointer<scnn_array>?>?, _ count: Int64, _ argument: String
) throws(SwiftCNNError) -> [ArrayView?] {
  let arrays = try buffer(arrays, count, argument)
  var views: [ArrayView?] = []
  for (i, array) in arrays.enumerated() { views.append(try optionalView(array, name(argument, i, of: arrays.count))) }
  return views
}

func samples(_ samples: UnsafePointer<scnn_samples>?, _ argument: String) throws(SwiftCNNError) -> Samples {
  let samples = try required(samples, argument).pointee
  let (outputs, weights) = (samples.output_count, samples.sample_weights)
  return Samples(
    inputs: try views(samples.inputs, samples.input_count, "x"), targets: try optionalViews(samples.targets, outputs, "y"),
    sampleWeights: weights == nil ? [] : try optionalViews(weights, outputs, "sample_weight"))
}

/// For each output, the weights of its classes.
func classWeights(_ weights: UnsafePointer<scnn_class_weight>?, _ count: Int64) throws(SwiftCNNError) -> [[Double]?] {
  let weights = try buffer(weights, count, "class_weights")
  var all: [[Double]?] = []
  for weight in weights {
    all.append(weight.weights == nil ? nil : Array(try buffer(weight.weights, weight.count, "class_weights")))
  }
  return all
}

/// The first elements of a C array, which Swift imports as a tuple.
private func elements<Tuple>(of tuple: Tuple, _ count: Int) -> [Int] {
  withUnsafeBytes(of: tuple) { bytes in bytes.bindMemory(to: Int64.self).prefix(count).map { Int($0) } }
}

/// `count` elements of memory that the caller owns.
func buffer<Element>(
  _ start: UnsafePointer<Element>?, _ count: Int64, _ name: String
) throws(SwiftCNNError) -> UnsafeBufferPointer<Element> {
  try check(start, count, name)
  return UnsafeBufferPointer(start: start, count: Int(count))
}

func buffer<Element>(
  _ start: UnsafeMutablePointer<Element>?, _ count: Int64, _ name: String
) throws(SwiftCNNError) -> UnsafeMutableBufferPointer<Element> {
  try check(start, count, name)
  return UnsafeMutableBufferPointer(start: start, count: Int(count))
}

/// Memory that the caller owns for each of several results.
func buffers(
  _ starts: UnsafePointer<UnsafeMutablePointer<Float>?>?, _ counts: UnsafePointer<Int64>?, _ count: Int64, _ argument: String
) throws(SwiftCNNError) -> [UnsafeMutableBufferPointer<Float>] {
  let (starts, counts) = (try buffer(starts, count, argument), try buffer(counts, count, "counts"))
  var all: [UnsafeMutableBufferPointer<Float>] = []
  for (i, start) in starts.enumerated() {
    all.append(try buffer(start, counts[i], name(argument, i, of: starts.count)))
  }
  return all
}

/// The same if some or all results are not needed.
func optionalBuffers(
  _ starts: UnsafePointer<UnsafeMutablePointer<Float>?>?, _ counts: UnsafePointer<Int64>?, _ count: Int64, _ argument: String
) throws(SwiftCNNError) -> [UnsafeMutableBufferPointer<Float>?] {
  let (starts, counts) = (try buffer(starts, count, argument), try buffer(counts, count, "counts"))
  var all: [UnsafeMutableBufferPointer<Float>?] = []
  for (i, start) in starts.enumerated() {
    all.append(start == nil ? nil : try buffer(start, counts[i], name(argument, i, of: starts.count)))
  }
  return all
}

private func check<Pointer>(_ start: Pointer?, _ count: Int64, _ name: String) throws(SwiftCNNError) {
  guard count >= 0 else { throw .invalidValue("the count of \(name) is \(count); expected 0 or more") }
  if count > 0 { _ = try required(start, name) }
}

/// Copies an evaluation's numbers into the caller's array.
func write(_ results: [Double], to values: UnsafeMutableBufferPointer<Double>) {
  for (i, result) in results.prefix(values.count).enumerated() { values[i] = result }
}

/// The caller's array for an evaluation's numbers. It must have room for all of them.
func values(
  of model: Model, _ start: UnsafeMutablePointer<Double>?, _ count: Int64
) throws(SwiftCNNError) -> UnsafeMutableBufferPointer<Double> {
  let values = try buffer(start, count, "values")
  let names = model.metricsNames
  guard values.count >= names.count else {
    throw .invalidValue("values has room for \(count) numbers; expected \(names.count), for \(names.joined(separator: ", "))")
  }
  return values
}
