/// The one error that the engine throws. Each message tells what was received, what was expected and how to mend it.
public enum SwiftCNNError: Error, Equatable, Sendable {
  /// A value, shape or file content that cannot be used.
  case invalidValue(String)
  /// An element type that cannot be used.
  case invalidType(String)
  /// The operating system refused a file operation, for the reason that `code` tells (errno); 0 where there is none.
  case io(String, code: Int32 = 0)
  /// Memory could not be had; nothing was changed.
  case outOfMemory(String)
  /// A callback, or the function given to `scnn_set_interrupt_check`, asked to end the work; what was finished before stays.
  case cancelled
  /// A call out of order: not compiled, already being fitted.
  case state(String)
}

extension SwiftCNNError: CustomStringConvertible {
  /// The message; control, format and line-separator characters are escaped.
  public var description: String {
    switch self {
    case .invalidValue(let message), .invalidType(let message), .io(let message, _), .outOfMemory(let message),
      .state(let message):
      message.printable
    case .cancelled: "cancelled by a callback"
    }
  }
}

extension String {
  /// With control, format and line-separator characters escaped: a name that a user or a file gave cannot act on a terminal.
  fileprivate var printable: String {
    unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator: text += scalar.escaped(asASCII: true)
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}

/// "1 array", "2 arrays".
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
