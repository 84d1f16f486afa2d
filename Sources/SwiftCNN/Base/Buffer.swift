import CSwiftCNN
import Glibc

/// Owned memory, zeroed and aligned to 64 bytes. If memory cannot be allocated, it throws, while an array would end the process.
/// Memory with a size that comes from a user or a file is always allocated in this way.
///
/// There is room behind the buffer, because kernels may read beyond the end of `KernelTile.b`.
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

/// Returns a pointer to weights by their places in a flat layout, which may consist of several blocks of memory. The pointer
/// belongs to the block with the weight at `place`. It is shifted so that adding a weight's place gives the weight.
typealias WeightBase = (_ place: Int) -> UnsafePointer<Float>

/// The number of elements behind the last one that may be read.
private let bufferSlack = 64

/// A part of a buffer. It keeps the buffer alive.
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
  /// Throws if memory for an array of this many bytes cannot be allocated. This is for the few places that need arrays.
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
