import CSwiftCNN
import SwiftCNN

/// Converts the caller's function to an event handler of the engine; nil if there is none.
func handler(_ callback: scnn_callback?, _ context: UnsafeMutableRawPointer?) -> ((Event) -> Answer)? {
  guard let callback else { return nil }
  return { event in
    event.values.withUnsafeBufferPointer { values in
      var event = scnn_event(
        kind: event.kind.rawValue, value_count: Int32(values.count),
        epoch: Int64(event.epoch), epochs: Int64(event.epochs),
        batch: Int64(event.batch), batches: Int64(event.batches),
        samples: Int64(event.samples), values: values.baseAddress)
      return Answer(rawValue: callback(context, &event)) ?? .cancel
    }
  }
}
