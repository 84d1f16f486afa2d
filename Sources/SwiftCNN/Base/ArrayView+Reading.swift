import CKernels
import CSwiftCNN
import Glibc

extension ArrayView {
  /// The samples from `first` on, if they are stored as float32 in C order; nil if they must be converted.
  func floatsInPlace(from first: Int, count: Int) -> UnsafePointer<Float>? {
    guard dtype == .float32, !byteSwapped, hasPackedSamples, !mayVanish, !shape.isEmpty,
      count <= 1 || sampleStride == sampleElements * 4
    else { return nil }
    let start = data + first * sampleStride
    guard UInt(bitPattern: start) % 4 == 0 else { return nil }
    return start.assumingMemoryBound(to: Float.self)
  }

  /// Writes sample `index` as float32 in C order.
  /// - Returns: false if the memory is gone, which can happen only if the array `mayVanish`.
  func readSample(_ index: Int, into target: UnsafeMutablePointer<Float>, _ kernels: KernelTable) -> Bool {
    if sampleElements == 0 { return true }
    let start = data + index * sampleStride
    if mayVanish {
      return withUnsafeTemporaryAllocation(byteCount: Self.guardedBytes, alignment: 64) { room in
        readGuarded(1, start, target, room, kernels) != nil
      }
    }
    if hasPackedSamples {
      readRun(start, stride: dtype.size, count: sampleElements, into: target, kernels)
    } else {
      readAxis(1, start, target, kernels)
    }
    return true
  }

  /// The error for memory that is gone.
  func vanished(_ name: String) -> SwiftCNNError {
    .invalidValue(
      "the file behind \(name) was cut while it is in use. Write a new file instead of changing this one, or pass "
        + "numpy.array(\(name))")
  }

  // MARK: Guarded reading

  /// The number of bytes that are copied at once.
  private static let guardedBytes = 1 << 16

  /// Like `readAxis`, but reads from copies. Each copy has as much memory as the buffer has room for. nil if some of the memory
  /// is gone.
  private func readGuarded(
    _ axis: Int, _ start: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>, _ room: UnsafeMutableRawBufferPointer,
    _ kernels: KernelTable
  ) -> UnsafeMutablePointer<Float>? {
    let (before, after) = reach(from: axis)
    if before + after <= room.count {
      guard scnn_i_copy_guarded(room.baseAddress, start - before, before + after) == 0 else { return nil }
      // Invariant: the buffer is not empty.
      let copy = UnsafeRawPointer(room.baseAddress! + before)
      if axis < shape.count { return readAxis(axis, copy, target, kernels) }
      readRun(copy, stride: dtype.size, count: 1, into: target, kernels)
      return target + 1
    }
    var target = target
    for i in 0..<shape[axis] {
      guard let next = readGuarded(axis + 1, start + i * strides[axis], target, room, kernels) else { return nil }
      target = next
    }
    return target
  }

  /// The number of bytes before and after an element that the axes from `axis` on cover.
  private func reach(from axis: Int) -> (before: Int, after: Int) {
    var (before, after) = (0, dtype.size)
    for (extent, stride) in zip(shape, strides).dropFirst(axis) {
      if stride < 0 { before -= (extent - 1) * stride } else { after += (extent - 1) * stride }
    }
    return (before, after)
  }

  // MARK: Direct reading

  /// Walks the axes from `axis` on; returns where the next element goes.
  @discardableResult
  private func readAxis(
    _ axis: Int, _ start: UnsafeRawPointer, _ target: UnsafeMutablePointer<Float>, _ kernels: KernelTable
  ) -> UnsafeMutablePointer<Float> {
    if axis >= shape.count - 1 {
      readRun(start, stride: strides[axis], count: shape[axis], into: target, kernels)
      return target + shape[axis]
    }
    var target = target
    for i in 0..<shape[axis] { target = readAxis(axis + 1, start + i * strides[axis], target, kernels) }
    return target
  }

  private func readRun(
    _ start: UnsafeRawPointer, stride: Int, count: Int, into target: UnsafeMutablePointer<Float>, _ kernels: KernelTable
  ) {
    if dtype == .uint8 && stride == 1 {
      kernels.convert_u8(start.assumingMemoryBound(to: UInt8.self), target, count)
    } else if dtype == .float32 && stride == 4 && !byteSwapped {
      memcpy(target, start, count * 4)
    } else {
      readElements(start, stride, count, target)
    }
  }

  private func readElements(_ start: UnsafeRawPointer, _ stride: Int, _ count: Int, _ target: UnsafeMutablePointer<Float>) {
    switch dtype {
    case .float32: each(start, stride, count, target, UInt32.self) { Float(bitPattern: $0) }
    case .float64: each(start, stride, count, target, UInt64.self) { Float(Double(bitPattern: $0)) }
    case .float16: each(start, stride, count, target, UInt16.self, Self.float16)
    case .uint8: each(start, stride, count, target, UInt8.self) { Float($0) }
    case .bool: each(start, stride, count, target, UInt8.self) { $0 == 0 ? 0 : 1 }
    case .int8: each(start, stride, count, target, Int8.self) { Float($0) }
    case .uint16: each(start, stride, count, target, UInt16.self) { Float($0) }
    case .int16: each(start, stride, count, target, Int16.self) { Float($0) }
    case .uint32: each(start, stride, count, target, UInt32.self) { Float($0) }
    case .int32: each(start, stride, count, target, Int32.self) { Float($0) }
    case .uint64: each(start, stride, count, target, UInt64.self) { Float($0) }
    case .int64: each(start, stride, count, target, Int64.self) { Float($0) }
    }
  }

  @inline(__always)
  private func each<Raw: FixedWidthInteger>(
    _ start: UnsafeRawPointer, _ stride: Int, _ count: Int, _ target: UnsafeMutablePointer<Float>, _ type: Raw.Type,
    _ convert: (Raw) -> Float
  ) {
    for i in 0..<count {
      let raw = (start + i * stride).loadUnaligned(as: Raw.self)
      target[i] = convert(byteSwapped ? raw.byteSwapped : raw)
    }
  }

  /// Converts IEEE half precision. The compiler's own conversion needs a run-time library that is missing on some systems.
  private static func float16(_ bits: UInt16) -> Float {
    let sign: Float = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 0x1f)
    let fraction = Float(bits & 0x3ff)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default: return sign * (1 + fraction * 0x1p-10) * Float(sign: .plus, exponent: exponent - 15, significand: 1)
    }
  }
}
