import CSwiftCNN
import Glibc

/// Owned, zeroed, 64-byte aligned memory. Unlike an array, which ends the process where memory cannot be had, it throws: whatever
/// a user or a file sizes is made of these.
///
/// There is room behind it for the over-reads that `KernelTile.b` allows.
final class Buffer<Element: BitwiseCopyable>: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<Element>
  let count: Int

  /// - Parameter purpose: what needs the memory, for the error.
  init(_ count: Int, for purpose: @autoclosure () -> String) throws(SwiftCNNError) {
    let (bytes, overflow) = (count + bufferSlack).multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
    guard !overflow, scnn_i_memory_suffices(bytes) != 0, let memory = scnn_i_alloc(bytes) else {
      throw Memory.missing(overflow ? .max : bytes, for: purpose())
    }
    pointer = memory.bindMemory(to: Element.self, capacity: count)
    self.count = count
  }

  deinit { scnn_i_dealloc(pointer) }

  var values: UnsafeMutableBufferPointer<Element> { UnsafeMutableBufferPointer(start: pointer, count: count) }
}

typealias FloatBuffer = Buffer<Float>

/// Of weights at places in a flat layout, which may be in several pieces of memory: a pointer for the piece with the one at `place`, so
/// shifted that the places of its weights find them.
typealias WeightBase = (_ place: Int) -> UnsafePointer<Float>

/// Elements behind the last one that may be read.
private let bufferSlack = 64

/// A part of a buffer, which it keeps alive.
struct BufferSlice<Element: BitwiseCopyable>: @unchecked Sendable {
  private let buffer: Buffer<Element>
  private let range: Range<Int>

  init(_ buffer: Buffer<Element>) {
    self.buffer = buffer
    range = 0..<buffer.count
  }

  private init(_ buffer: Buffer<Element>, _ range: Range<Int>) {
    self.buffer = buffer
    self.range = range
  }

  var count: Int { range.count }
  var pointer: UnsafeMutablePointer<Element> { buffer.pointer + range.lowerBound }

  subscript(index: Int) -> Element { pointer[index] }

  /// The elements with these indices of this part.
  func slice(_ part: Range<Int>) -> BufferSlice {
    BufferSlice(buffer, range.lowerBound + part.lowerBound..<range.lowerBound + part.upperBound)
  }
}

enum Memory {
  /// Throws if an array of so many bytes cannot be had, for the few that must be arrays.
  static func ensureAvailable(_ byteCount: Int, for purpose: @autoclosure () -> String) throws(SwiftCNNError) {
    if scnn_i_memory_suffices(byteCount) != 0, let probe = malloc(byteCount) { return free(probe) }
    throw missing(byteCount, for: purpose())
  }

  static func missing(_ byteCount: Int, for purpose: String) -> SwiftCNNError {
    .outOfMemory(
      "\(purpose) needs \(byteCount >> 20) MiB of memory, which cannot be had; use a smaller model, a smaller batch size or less "
        + "data at once")
  }
}
