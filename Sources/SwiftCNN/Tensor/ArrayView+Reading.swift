import CKernels
import Glibc

extension ArrayView {
  /// The samples from `first` on as float32 in C order, where they lie; nil if they must be converted.
  func floatsInPlace(from first: Int, count: Int) -> UnsafePointer<Float>? {
    guard dtype == .float32, !byteSwapped, hasPackedSamples, count <= 1 || strides[0] == sampleElements * 4 else { return nil }
    let start = data + first * strides[0]
    guard UInt(bitPattern: start) % 4 == 0 else { return nil }
    return start.assumingMemoryBound(to: Float.self)
  }

  /// Writes sample `index` as float32 in C order.
  func readSample(_ index: Int, into target: UnsafeMutablePointer<Float>, _ kernels: KernelTable) {
    let start = data + index * strides[0]
    if hasPackedSamples {
      readRun(start, stride: dtype.size, count: sampleElements, into: target, kernels)
    } else {
      readAxis(1, start, target, kernels)
    }
  }

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

  /// IEEE half precision; by hand, as the compiler's own conversion needs a run-time library that not every system has.
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
