// The names are those of swiftcnn.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CSwiftCNN
import SwiftCNN

@c @implementation
public func scnn_model_evaluate(
  _ model: OpaquePointer?, _ samples: UnsafePointer<scnn_samples>?, _ batchSize: Int64, _ steps: Int64,
  _ callback: scnn_callback?, _ context: UnsafeMutableRawPointer?, _ values: UnsafeMutablePointer<Double>?, _ count: Int64
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let model = try SwiftCNNABI.model(model)
    let values = try SwiftCNNABI.values(of: model, values, count)
    let scores = try model.evaluate(
      try SwiftCNNABI.samples(samples, "samples"), batchSize: Int(batchSize), steps: Int(steps),
      onEvent: handler(callback, context))
    write(scores.numbers, to: values)
  }
}

@c @implementation
public func scnn_model_evaluate_source(
  _ model: OpaquePointer?, _ source: UnsafePointer<scnn_batch_source>?, _ steps: Int64, _ callback: scnn_callback?,
  _ context: UnsafeMutableRawPointer?, _ values: UnsafeMutablePointer<Double>?, _ count: Int64
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let model = try SwiftCNNABI.model(model)
    let values = try SwiftCNNABI.values(of: model, values, count)
    let source = try CallersSource(try required(source, "source").pointee)
    write(try model.evaluate(source, steps: Int(steps), onEvent: handler(callback, context)).numbers, to: values)
  }
}

@c @implementation
public func scnn_model_predict(
  _ model: OpaquePointer?, _ inputs: UnsafePointer<UnsafePointer<scnn_array>?>?, _ inputCount: Int64, _ batchSize: Int64,
  _ steps: Int64, _ callback: scnn_callback?, _ context: UnsafeMutableRawPointer?,
  _ outputs: UnsafePointer<UnsafeMutablePointer<Float>?>?, _ counts: UnsafePointer<Int64>?, _ outputCount: Int64
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    try SwiftCNNABI.model(model).predict(
      try views(inputs, inputCount, "x"), batchSize: Int(batchSize), steps: Int(steps),
      into: try buffers(outputs, counts, outputCount, "output"), onEvent: handler(callback, context))
  }
}

/// The behavior with this number in C.
func behavior(_ number: Int32) throws(SwiftCNNError) -> LayerBehavior {
  guard let behavior = LayerBehavior(rawValue: number) else {
    throw .invalidValue("behavior must be an scnn_behavior, from 0 to \(LayerBehavior.allCases.count - 1), got \(number)")
  }
  return behavior
}

@c @implementation
public func scnn_model_call(
  _ model: OpaquePointer?, _ inputs: UnsafePointer<UnsafePointer<scnn_array>?>?, _ inputCount: Int64, _ behavior: Int32,
  _ draw: Int64, _ outputs: UnsafePointer<UnsafeMutablePointer<Float>?>?, _ counts: UnsafePointer<Int64>?, _ outputCount: Int64
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    try SwiftCNNABI.model(model).call(
      try views(inputs, inputCount, "x"), as: try SwiftCNNABI.behavior(behavior), draw: Int(draw),
      into: try buffers(outputs, counts, outputCount, "output"))
  }
}

@c @implementation
public func scnn_model_differentiate(
  _ model: OpaquePointer?, _ inputs: UnsafePointer<UnsafePointer<scnn_array>?>?, _ inputCount: Int64,
  _ outputGradients: UnsafePointer<UnsafePointer<scnn_array>?>?, _ outputCount: Int64, _ behavior: Int32, _ draw: Int64,
  _ results: UnsafePointer<scnn_derivatives>?
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let results = try required(results, "results").pointee
    let weights = results.weight_gradients
    try SwiftCNNABI.model(model).differentiate(
      try views(inputs, inputCount, "x"), outputGradients: try optionalViews(outputGradients, outputCount, "output_gradients"),
      as: try SwiftCNNABI.behavior(behavior), draw: draw < 0 ? nil : Int(draw),
      outputs: try optionalBuffers(results.outputs, results.output_counts, results.output_count, "outputs"),
      weightGradients: weights == nil ? nil : try buffer(weights, results.weight_count, "weight_gradients"),
      inputGradients: try optionalBuffers(
        results.input_gradients, results.input_counts, results.input_count, "input_gradients"))
  }
}
