import CSwiftCNN
import SwiftCNN

/// Runs the body of an exported function: an error becomes its status and this thread's message.
func report(_ body: () throws(SwiftCNNError) -> Void) -> scnn_status {
  do {
    try body()
    return SCNN_OK
  } catch {
    scnn_i_set_error(error.description)
    return error.status
  }
}

extension SwiftCNNError {
  fileprivate var status: scnn_status {
    switch self {
    case .invalidValue: SCNN_INVALID_VALUE
    case .invalidType: SCNN_INVALID_TYPE
    case .io: SCNN_IO
    case .outOfMemory: SCNN_OUT_OF_MEMORY
    case .cancelled: SCNN_CANCELLED
    case .state: SCNN_STATE
    }
  }
}

/// The pointer, or an error that names the argument that was NULL.
func required<Pointer>(_ pointer: Pointer?, _ name: String) throws(SwiftCNNError) -> Pointer {
  guard let pointer else { throw .invalidValue("\(name) is NULL; expected a valid pointer") }
  return pointer
}

func text(_ pointer: UnsafePointer<CChar>?, _ name: String) throws(SwiftCNNError) -> String {
  guard let text = String(validatingCString: try required(pointer, name)) else {
    throw .invalidValue("\(name) is not valid UTF-8; expected UTF-8 text")
  }
  return text
}

/// Hands bytes to the caller, who gives them to `scnn_free`; a zero byte follows them.
func give(_ bytes: [UInt8]) throws(SwiftCNNError) -> UnsafeMutableRawPointer {
  guard let copy = scnn_i_copy(bytes, bytes.count) else {
    throw .outOfMemory("no memory for a result of \(bytes.count) bytes; release some and try again")
  }
  return copy
}

/// Hands text to the caller, who gives it to `scnn_free`.
func give(_ text: String) throws(SwiftCNNError) -> UnsafeMutablePointer<CChar> {
  try give(Array(text.utf8)).assumingMemoryBound(to: CChar.self)
}
