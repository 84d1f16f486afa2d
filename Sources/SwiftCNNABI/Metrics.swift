// The names are those of swiftcnn.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CSwiftCNN
import SwiftCNN

@c @implementation
public func scnn_metric_tally_count(
  _ metric: UnsafePointer<CChar>?, _ outputs: UnsafePointer<scnn_array>?, _ count: UnsafeMutablePointer<Int64>?
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let count = try required(count, "count")
    let tally = try MetricTally(configuration: try text(metric, "metric"))
    count.pointee = Int64(tally.count(of: try view(outputs, "y_pred")))
  }
}

@c @implementation
public func scnn_metric_update(
  _ metric: UnsafePointer<CChar>?, _ targets: UnsafePointer<scnn_array>?, _ outputs: UnsafePointer<scnn_array>?,
  _ sampleWeight: UnsafePointer<scnn_array>?, _ tallies: UnsafeMutablePointer<Double>?, _ count: Int64
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let tallies = try buffer(tallies, count, "tallies")
    guard !tallies.isEmpty else {
      throw .invalidValue("tallies holds no numbers; expected as many as scnn_metric_tally_count tells")
    }
    var tally = try MetricTally(configuration: try text(metric, "metric"), tallies: Array(tallies))
    try tally.update(
      targets: try view(targets, "y_true"), outputs: try view(outputs, "y_pred"),
      sampleWeight: try optionalView(sampleWeight, "sample_weight"))
    write(tally.tallies, to: tallies)
  }
}

@c @implementation
public func scnn_metric_value(
  _ metric: UnsafePointer<CChar>?, _ tallies: UnsafePointer<Double>?, _ count: Int64, _ value: UnsafeMutablePointer<Double>?
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let value = try required(value, "value")
    let tally = try MetricTally(
      configuration: try text(metric, "metric"), tallies: Array(try buffer(tallies, count, "tallies")))
    value.pointee = tally.value
  }
}
