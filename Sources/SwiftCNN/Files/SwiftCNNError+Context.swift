extension SwiftCNNError {
  /// The same error with a prefix that says what it is about.
  func about(_ subject: String) -> SwiftCNNError {
    switch self {
    case .invalidValue(let message): .invalidValue("\(subject): \(message)")
    case .invalidType(let message): .invalidType("\(subject): \(message)")
    case .io(let message, let code): .io("\(subject): \(message)", code: code)
    case .outOfMemory(let message): .outOfMemory("\(subject): \(message)")
    case .state(let message): .state("\(subject): \(message)")
    case .cancelled: .cancelled
    }
  }
}
