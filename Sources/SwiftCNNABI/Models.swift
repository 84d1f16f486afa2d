// The names are those of swiftcnn.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CSwiftCNN
import SwiftCNN

/// The model behind a handle.
func model(_ handle: OpaquePointer?) throws(SwiftCNNError) -> Model {
  Unmanaged<Model>.fromOpaque(UnsafeRawPointer(try required(handle, "model"))).takeUnretainedValue()
}

/// A handle that owns the model until `scnn_model_free`.
func handle(_ model: Model) -> OpaquePointer { OpaquePointer(Unmanaged.passRetained(model).toOpaque()) }

@c @implementation
public func scnn_model_create(
  _ architecture: UnsafePointer<CChar>?, _ seed: UInt64, _ shared: UnsafePointer<scnn_shared_layer>?, _ sharedCount: Int64,
  _ model: UnsafeMutablePointer<OpaquePointer?>?
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let result = try required(model, "model")
    let layers = try sharedLayers(shared, sharedCount)
    result.pointee = handle(try Model(architecture: try text(architecture, "architecture"), seed: seed, sharing: layers))
  }
}

func sharedLayers(_ shared: UnsafePointer<scnn_shared_layer>?, _ count: Int64) throws(SwiftCNNError) -> [SharedLayer] {
  if count == 0 { return [] }
  guard count > 0 else { throw .invalidValue("shared_count must be 0 or more, got \(count)") }
  let first = try required(shared, "shared")
  var layers: [SharedLayer] = []
  for i in 0..<Int(count) {
    layers.append(SharedLayer(Int(first[i].layer), of: try SwiftCNNABI.model(first[i].model), Int(first[i].source)))
  }
  return layers
}

@c @implementation
public func scnn_model_free(_ model: OpaquePointer?) {
  guard let model else { return }
  Unmanaged<Model>.fromOpaque(UnsafeRawPointer(model)).release()
}

@c @implementation
public func scnn_model_architecture(
  _ model: OpaquePointer?, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let json = try required(json, "json")
    json.pointee = try give(try SwiftCNNABI.model(model).architecture)
  }
}

@c @implementation
public func scnn_model_describe(
  _ model: OpaquePointer?, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let json = try required(json, "json")
    json.pointee = try give(try SwiftCNNABI.model(model).describe())
  }
}

@c @implementation
public func scnn_describe_architecture(
  _ architecture: UnsafePointer<CChar>?, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let json = try required(json, "json")
    json.pointee = try give(try Model.describe(architecture: try text(architecture, "architecture")))
  }
}

@c @implementation
public func scnn_model_plan_info(
  _ model: OpaquePointer?, _ batchSize: Int64, _ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let json = try required(json, "json")
    json.pointee = try give(try SwiftCNNABI.model(model).planInfo(batchSize: Int(batchSize)))
  }
}

@c @implementation
public func scnn_model_compile(_ model: OpaquePointer?, _ configuration: UnsafePointer<CChar>?) -> scnn_status {
  report { () throws(SwiftCNNError) in
    try SwiftCNNABI.model(model).compile(configuration: try text(configuration, "configuration"))
  }
}

@c @implementation
public func scnn_model_value_count(_ model: OpaquePointer?, _ count: UnsafeMutablePointer<Int64>?) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let count = try required(count, "count")
    count.pointee = Int64(try SwiftCNNABI.model(model).valueCount)
  }
}

@c @implementation
public func scnn_model_tally_counts(
  _ model: OpaquePointer?, _ tallies: UnsafeMutablePointer<Int64>?, _ room: Int64, _ count: UnsafeMutablePointer<Int64>?
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let (target, count) = (try buffer(tallies, room, "tallies"), try required(count, "count"))
    let counts = try SwiftCNNABI.model(model).tallyCounts
    for (i, tallies) in counts.prefix(target.count).enumerated() { target[i] = Int64(tallies) }
    count.pointee = Int64(counts.count)
  }
}

@c @implementation
public func scnn_model_iterations(_ model: OpaquePointer?, _ iterations: UnsafeMutablePointer<Int64>?) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let iterations = try required(iterations, "iterations")
    iterations.pointee = Int64(try SwiftCNNABI.model(model).iterations)
  }
}

@c @implementation
public func scnn_model_epochs(_ model: OpaquePointer?, _ epochs: UnsafeMutablePointer<Int64>?) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let epochs = try required(epochs, "epochs")
    epochs.pointee = Int64(try SwiftCNNABI.model(model).epochs)
  }
}
