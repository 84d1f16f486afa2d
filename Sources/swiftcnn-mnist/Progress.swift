import Glibc
import SwiftCNN

/// Prints one line for each epoch. On a terminal, the line is updated after each batch.
struct Progress {
  /// The names of an event's values: "loss", then the metrics.
  let names: [String]
  private let isTerminal = isatty(STDOUT_FILENO) == 1
  private let clock = ContinuousClock()
  private var epochStart = ContinuousClock().now

  init(names: [String]) { self.names = names }

  mutating func show(_ event: Event) {
    switch event.kind {
    case .epochBegin: epochStart = clock.now
    case .trainBatchEnd where isTerminal: write("\r" + line(event))
    case .epochEnd: write((isTerminal ? "\r" : "") + line(event) + ", \(fixed(seconds, digits: 1)) s\n")
    default: break
    }
  }

  private func line(_ event: Event) -> String {
    let allNames = names + names.map { "val_\($0)" }
    let values = zip(allNames, event.values).map { "\($0) \(fixed($1, digits: 4))" }
    let batches = event.kind == .epochEnd ? "" : " \(event.batch + 1)/\(event.batches)"
    return "epoch \(event.epoch + 1)/\(event.epochs)\(batches): " + values.joined(separator: ", ")
  }

  private var seconds: Double { (clock.now - epochStart) / .seconds(1) }

  private func write(_ text: String) {
    print(text, terminator: "")
    fflush(nil)
  }
}

/// `value` with a fixed number of decimal digits.
func fixed(_ value: Double, digits: Int) -> String {
  let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
  guard let scaled = Int(exactly: (abs(value) * scale).rounded()) else { return "\(value)" }
  let text = String(scaled)
  let padded = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
  return (value < 0 ? "-" : "") + padded.dropLast(digits) + "." + padded.suffix(digits)
}
