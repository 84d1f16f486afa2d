import CSwiftCNN
import SwiftCNN

/// Runs the body of an exported function. An error becomes its status code and this thread's error message.
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
  /// The operating system's error number; 0 if there is none.
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

/// The pointer. If it is NULL, throws an error with the name of the argument.
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

/// Returns bytes to the caller, who frees them with `scnn_free`. A zero byte follows them.
func give(_ bytes: UnsafeRawBufferPointer) throws(SwiftCNNError) -> UnsafeMutableRawPointer {
  guard let copy = scnn_i_copy(bytes.baseAddress, bytes.count) else {
    throw .outOfMemory("no memory for a result of \(bytes.count) bytes; release some and try again")
  }
  return copy
}

/// Returns text to the caller, who frees it with `scnn_free`.
func give(_ text: String) throws(SwiftCNNError) -> UnsafeMutablePointer<CChar> {
  var text = text
  let copy = text.withUTF8 { bytes in Result { () throws(SwiftCNNError) in try give(UnsafeRawBufferPointer(bytes)) } }
  return try copy.get().assumingMemoryBound(to: CChar.self)
}
