// The names are those of swiftcnn.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CSwiftCNN
import SwiftCNN

@c @implementation
public func scnn_check_settings(_ kind: UnsafePointer<CChar>?, _ json: UnsafePointer<CChar>?) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let name = try text(kind, "kind")
    guard let kind = Settings.Kind(rawValue: name) else {
      throw .invalidValue(
        "kind is '\(name)'; expected one of \(Settings.Kind.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    try Settings.check(kind, json: try text(json, "json"))
  }
}

@c @implementation
public func scnn_settings_schema(_ json: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let json = try required(json, "json")
    json.pointee = try give(Settings.schema)
  }
}
