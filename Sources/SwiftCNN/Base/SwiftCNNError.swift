/// The only error type that the engine throws. Each message says what was received, what was expected and how to fix it.
public enum SwiftCNNError: Error, Equatable, Sendable {
  /// A value, shape or file content that cannot be used.
  case invalidValue(String)
  /// An element type that cannot be used.
  case invalidType(String)
  /// The operating system refused a file operation. `code` is the reason (errno), or 0 if there is none.
  case io(String, code: Int32 = 0)
  /// Memory could not be allocated. Nothing was changed.
  case outOfMemory(String)
  /// A callback, or the function given to `scnn_set_interrupt_check`, ended the work. Finished parts keep their effect.
  case cancelled
  /// A call in the wrong order, for example before `compile` or during `fit`.
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
  /// Escapes control, format and line-separator characters, so that a name from a user or a file cannot control a terminal.
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
