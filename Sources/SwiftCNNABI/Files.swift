// The names are those of swiftcnn.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CSwiftCNN
import SwiftCNN

@c @implementation
public func scnn_model_save(_ model: OpaquePointer?, _ path: UnsafePointer<CChar>?) -> scnn_status {
  report { () throws(SwiftCNNError) in try SwiftCNNABI.model(model).save(to: try text(path, "path")) }
}

@c @implementation
public func scnn_model_load(_ path: UnsafePointer<CChar>?, _ model: UnsafeMutablePointer<OpaquePointer?>?) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let result = try required(model, "model")
    result.pointee = handle(try Model.load(from: try text(path, "path")))
  }
}

@c @implementation
public func scnn_model_save_weights(_ model: OpaquePointer?, _ path: UnsafePointer<CChar>?) -> scnn_status {
  report { () throws(SwiftCNNError) in try SwiftCNNABI.model(model).saveWeights(to: try text(path, "path")) }
}

@c @implementation
public func scnn_model_load_weights(_ model: OpaquePointer?, _ path: UnsafePointer<CChar>?) -> scnn_status {
  report { () throws(SwiftCNNError) in try SwiftCNNABI.model(model).loadWeights(from: try text(path, "path")) }
}

@c @implementation
public func scnn_model_serialize(
  _ model: OpaquePointer?, _ bytes: UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?, _ count: UnsafeMutablePointer<Int64>?
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let (bytes, count) = (try required(bytes, "bytes"), try required(count, "count"))
    try SwiftCNNABI.model(model).withSerialized { file throws(SwiftCNNError) in
      bytes.pointee = try give(file).assumingMemoryBound(to: UInt8.self)
      count.pointee = Int64(file.count)
    }
  }
}

@c @implementation
public func scnn_model_deserialize(
  _ bytes: UnsafePointer<UInt8>?, _ count: Int64, _ shared: UnsafePointer<scnn_shared_layer>?, _ sharedCount: Int64,
  _ model: UnsafeMutablePointer<OpaquePointer?>?
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let result = try required(model, "model")
    let bytes = UnsafeRawBufferPointer(try buffer(bytes, count, "bytes"))
    result.pointee = handle(try Model.deserialize(bytes, sharing: try sharedLayers(shared, sharedCount)))
  }
}
