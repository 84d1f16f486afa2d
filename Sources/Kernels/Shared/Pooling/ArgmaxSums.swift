import CKernels

// The kernel gradient behind a max pooling, for kernels with three columns and images of one channel, with filters in lanes. The
// four places of a window need 2 x 4 pixels for each row of the kernel. Every lane selects those of its argmax position.

@inline(never)
func argmaxSums(_ argmax: UnsafePointer<KernelArgmax>?, _ sums: UnsafePointer<KernelArgmaxSums>?) {
  let w = argmax.unsafelyUnwrapped.pointee
  var loop = ArgmaxSums(w: w, s: sums.unsafelyUnwrapped.pointee)
  loop.run(w.channels)
}

private struct ArgmaxSums: ElementLoop {
  let w: KernelArgmax
  let s: KernelArgmaxSums

  @inline(__always)
  func step(_ filter: Int, _ lanes: some Lanes) {
    var row = 0
    #if KERNELS_AVX512
      while row &+ 3 <= s.rows {
        sum(rows: InlineArray<3, Three>(repeating: noSums), row, filter, lanes)
        row &+= 3
      }
    #endif
    while row < s.rows {
      sum(rows: InlineArray<1, Three>(repeating: noSums), row, filter, lanes)
      row &+= 1
    }
  }

  private var noSums: Three {
    @inline(__always) get { Three(repeating: splat(0)) }
  }

  /// Computes as many rows of the kernel as `sums` has, in registers. The bias is computed with the first row.
  @inline(__always)
  private func sum<let R: Int>(rows sums: consuming InlineArray<R, Three>, _ row: Int, _ filter: Int, _ lanes: some Lanes) {
    let target = s.dw.unsafelyUnwrapped + (3 &* row &* w.channels &+ filter)
    func place(_ r: Int, _ k: Int) -> UnsafeMutablePointer<Float> { target + (3 &* r &+ k) &* w.channels }
    for r in 0..<R { for k in 0..<3 { sums[r][k] = lanes.load(place(r, k)) } }
    let bias = row == 0 ? s.bias.map { $0 + filter } : nil
    var biasSum = bias.map { lanes.load($0) } ?? splat(0)
    forEachWindow(filter, lanes) { pixels, argmax in
      biasSum += argmax.gradient
      var upper = pixels + row &* s.x_row
      for r in 0..<R {
        let lower = upper + s.x_row
        argmax.add(upper, lower, to: &sums[r])
        upper = lower
      }
    }
    for r in 0..<R { for k in 0..<3 { lanes.store(sums[r][k], place(r, k)) } }
    if let bias { lanes.store(biasSum, bias) }
  }

  @inline(__always)
  private func forEachWindow(
    _ filter: Int, _ lanes: some Lanes, _ body: (_ pixels: UnsafePointer<Float>, _ argmax: Argmax) -> Void
  ) {
    let codes = ByteCodes(UnsafeMutableRawPointer(mutating: w.code.unsafelyUnwrapped))
    var window = filter
    for row in 0..<w.rows {
      var pixels = s.x.unsafelyUnwrapped + row &* w.window_row
      for _ in 0..<w.columns {
        let code = codes.load(window, lanes)
        let gradient = lanes.load(w.gradient.unsafelyUnwrapped + window) * splat(s.scale)
        body(pixels, Argmax(code, gradient: choose(code .== ByteCodes.dead, splat(0), gradient)))
        pixels += w.window_column
        window &+= w.channels
      }
    }
  }
}

#if arch(x86_64) && (KERNELS_AVX2 || KERNELS_AVX512)
  /// The argmax position of each lane: the index of its first pixel in two rows of four.
  private struct Argmax {
    let gradient: V
    private let first: SIMD16<Int32>

    @inline(__always)
    init(_ code: SIMD16<Int32>, gradient: V) {
      self.gradient = gradient
      first = (code & SIMD16(repeating: 1)) &+ (code & SIMD16(repeating: 2)) &+ (code & SIMD16(repeating: 2))
    }

    /// Computes a row of the kernel. It meets `upper` if the argmax position is in the upper row of its window, and `lower` if it
    /// is in the lower row.
    @inline(__always)
    func add(_ upper: UnsafePointer<Float>, _ lower: UnsafePointer<Float>, to sums: inout Three) {
      let pixels = SIMD8(lowHalf: load(four: upper), highHalf: load(four: lower))
      for k in 0..<3 {
        let pick = first &+ SIMD16(repeating: Int32(truncatingIfNeeded: k))
        sums[k] = fma(sums[k], gradient, kernel_pick(pixels, pick))
      }
    }
  }
#else
  /// The argmax position of each lane. There is no instruction to select pixels, so each place of the window in turn uses the
  /// gradients of the lanes that have their maximum there.
  private struct Argmax {
    private let code: SIMD16<Int32>
    let gradient: V

    @inline(__always)
    init(_ code: SIMD16<Int32>, gradient: V) {
      self.code = code
      self.gradient = gradient
    }

    @inline(__always)
    func add(_ upper: UnsafePointer<Float>, _ lower: UnsafePointer<Float>, to sums: inout Three) {
      for place in 0..<4 {
        let share = choose(code .== SIMD16(repeating: Int32(truncatingIfNeeded: place)), gradient, splat(0))
        let pixels = (place < 2 ? upper : lower) + place & 1
        for k in 0..<3 { sums[k] = fma(sums[k], share, splat(pixels[k])) }
      }
    }
  }
#endif
