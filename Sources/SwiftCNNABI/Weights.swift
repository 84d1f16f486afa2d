// The names are those of swiftcnn.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CSwiftCNN
import SwiftCNN

@c @implementation
public func scnn_model_get_weight(
  _ model: OpaquePointer?, _ index: Int64, _ values: UnsafeMutablePointer<Float>?, _ count: Int64
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    try SwiftCNNABI.model(model).weight(Int(index), into: try buffer(values, count, "values"))
  }
}

@c @implementation
public func scnn_model_set_weight(
  _ model: OpaquePointer?, _ index: Int64, _ values: UnsafePointer<Float>?, _ count: Int64
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    try SwiftCNNABI.model(model).setWeight(Int(index), try buffer(values, count, "values"))
  }
}

@c @implementation
public func scnn_model_set_weights(
  _ model: OpaquePointer?, _ values: UnsafePointer<Float>?, _ count: Int64
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    try SwiftCNNABI.model(model).setWeights(try buffer(values, count, "values"))
  }
}

@c @implementation
public func scnn_model_set_trainable(_ model: OpaquePointer?, _ layer: Int64, _ trainable: Int32) -> scnn_status {
  report { () throws(SwiftCNNError) in
    try SwiftCNNABI.model(model).setTrainable(trainable != 0, layer: Int(layer))
  }
}

@c @implementation
public func scnn_model_get_learning_rate(_ model: OpaquePointer?, _ rate: UnsafeMutablePointer<Double>?) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let rate = try required(rate, "rate")
    rate.pointee = try SwiftCNNABI.model(model).learningRate
  }
}

@c @implementation
public func scnn_model_set_learning_rate(_ model: OpaquePointer?, _ rate: Double) -> scnn_status {
  report { () throws(SwiftCNNError) in try SwiftCNNABI.model(model).setLearningRate(rate) }
}

@c @implementation
public func scnn_learning_rate_at(
  _ learningRate: UnsafePointer<CChar>?, _ step: Int64, _ rate: UnsafeMutablePointer<Double>?
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let rate = try required(rate, "rate")
    rate.pointee = try LearningRate(json: try text(learningRate, "learning_rate")).value(at: Int(step))
  }
}

@c @implementation
public func scnn_model_adopt_weight_average(_ model: OpaquePointer?) -> scnn_status {
  report { () throws(SwiftCNNError) in try SwiftCNNABI.model(model).adoptWeightAverage() }
}
