// The names are those of swiftcnn.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CSwiftCNN
import SwiftCNN

@c @implementation
public func scnn_model_evaluate(
  _ model: OpaquePointer?, _ x: UnsafePointer<scnn_array>?, _ y: UnsafePointer<scnn_array>?,
  _ sampleWeight: UnsafePointer<scnn_array>?, _ batchSize: Int64, _ steps: Int64, _ callback: scnn_callback?,
  _ context: UnsafeMutableRawPointer?, _ values: UnsafeMutablePointer<Double>?, _ count: Int64
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let model = try SwiftCNNABI.model(model)
    let values = try SwiftCNNABI.values(of: model, values, count)
    let samples = Samples(
      x: try view(x, "x"), y: try view(y, "y"), sampleWeight: try optionalView(sampleWeight, "sample_weight"))
    let scores = try model.evaluate(
      samples, batchSize: Int(batchSize), steps: Int(steps), onEvent: handler(callback, context))
    write(scores.numbers, to: values)
  }
}

@c @implementation
public func scnn_model_predict(
  _ model: OpaquePointer?, _ x: UnsafePointer<scnn_array>?, _ batchSize: Int64, _ steps: Int64, _ callback: scnn_callback?,
  _ context: UnsafeMutableRawPointer?, _ output: UnsafeMutablePointer<Float>?, _ count: Int64
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    try SwiftCNNABI.model(model).predict(
      x: try view(x, "x"), batchSize: Int(batchSize), steps: Int(steps), into: try buffer(output, count, "output"),
      onEvent: handler(callback, context))
  }
}

@c @implementation
public func scnn_model_call(
  _ model: OpaquePointer?, _ x: UnsafePointer<scnn_array>?, _ behavior: Int32, _ draw: Int64,
  _ output: UnsafeMutablePointer<Float>?, _ count: Int64
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    guard let chosen = LayerBehavior(rawValue: behavior) else {
      throw .invalidValue("behavior must be an scnn_behavior, from 0 to \(LayerBehavior.allCases.count - 1), got \(behavior)")
    }
    try SwiftCNNABI.model(model).call(
      x: try view(x, "x"), as: chosen, draw: Int(draw), into: try buffer(output, count, "output"))
  }
}
