// The names are those of swiftcnn.h.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CSwiftCNN
import SwiftCNN

@c @implementation
public func scnn_metric_tally_count(_ metric: UnsafePointer<CChar>?, _ count: UnsafeMutablePointer<Int64>?) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let count = try required(count, "count")
    count.pointee = Int64(try MetricTally(configuration: try text(metric, "metric")).tallies.count)
  }
}

@c @implementation
public func scnn_metric_update(
  _ metric: UnsafePointer<CChar>?, _ targets: UnsafePointer<scnn_array>?, _ outputs: UnsafePointer<scnn_array>?,
  _ sampleWeight: UnsafePointer<scnn_array>?, _ tallies: UnsafeMutablePointer<Double>?, _ count: Int64
) -> scnn_status {
  report { () throws(SwiftCNNError) in
    let tallies = try buffer(tallies, count, "tallies")
    var tally = try MetricTally(configuration: try text(metric, "metric"), tallies: UnsafeBufferPointer(tallies))
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
      configuration: try text(metric, "metric"), tallies: try buffer(tallies, count, "tallies"))
    value.pointee = tally.value
  }
}

extension MetricTally {
  /// The metric with the sums that the caller kept for it.
  fileprivate init(configuration: String, tallies kept: UnsafeBufferPointer<Double>) throws(SwiftCNNError) {
    try self.init(configuration: configuration)
    guard kept.count == tallies.count else {
      throw .invalidValue("tallies holds \(kept.count) numbers; expected \(tallies.count), as scnn_metric_tally_count tells")
    }
    tallies = Array(kept)
  }
}
