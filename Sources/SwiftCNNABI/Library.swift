// The names are those of swiftcnn.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CSwiftCNN
import SwiftCNN

private nonisolated(unsafe) let version: UnsafePointer<CChar>? = {
  let bytes = Array(Engine.version.utf8)
  return UnsafePointer(scnn_i_copy(bytes, bytes.count)?.assumingMemoryBound(to: CChar.self))
}()

@c @implementation
public func scnn_version() -> UnsafePointer<CChar>? { version }

@c @implementation
public func scnn_build_info(_ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let json = try required(json, "json")
    json.pointee = try give(try Engine.buildInfo())
  }
}

@c @implementation
public func scnn_set_num_threads(_ threads: Int32) -> scnn_status {
  report { () throws(SwiftCNNError) in try Engine.setNumThreads(Int(threads)) }
}
