import CSwiftCNN
import SwiftCNN

/// Runs the body of an exported function: an error becomes its status and this thread's message.
func report(_ body: () throws(SwiftCNNError) -> Void) -> scnn_status {
  do {
    try body()
    return SCNN_OK
  } catch {
    scnn_i_set_error(error.description, error.code)
    return error.status
  }
}

extension SwiftCNNError {
  /// The operating system's number for what went wrong; 0 without one.
  fileprivate var code: Int32 { if case .io(_, let code) = self { code } else { 0 } }

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
func give(_ bytes: UnsafeRawBufferPointer) throws(SwiftCNNError) -> UnsafeMutableRawPointer {
  guard let copy = scnn_i_copy(bytes.baseAddress, bytes.count) else {
    throw .outOfMemory("no memory for a result of \(bytes.count) bytes; release some and try again")
  }
  return copy
}

/// Hands text to the caller, who gives it to `scnn_free`.
func give(_ text: String) throws(SwiftCNNError) -> UnsafeMutablePointer<CChar> {
  var text = text
  let copy = text.withUTF8 { bytes in Result { () throws(SwiftCNNError) in try give(UnsafeRawBufferPointer(bytes)) } }
  return try copy.get().assumingMemoryBound(to: CChar.self)
}
