import CKernels

/// The part of one pooling window that lies inside the image.
struct Window {
  /// Offset of its first pixel in the image, in elements.
  let start: Int
  var rows, columns: Int
  /// The place, (row in window) * pool_w + column, of its first pixel.
  let firstPlace: Int
  /// Offset of the output pixel, in elements.
  let output: Int

  @inline(__always)
  init(_ p: KernelPool, _ outY: Int, _ outX: Int) {
    let y = outY &* p.stride_h &- p.pad_top
    let x = outX &* p.stride_w &- p.pad_left
    let top = max(y, 0)
    let left = max(x, 0)
    start = (top &* p.width &+ left) &* p.channels
    rows = min(y &+ p.pool_h, p.height) &- top
    columns = min(x &+ p.pool_w, p.width) &- left
    firstPlace = (top &- y) &* p.pool_w &+ (left &- x)
    output = (outY &* p.out_width &+ outX) &* p.channels
  }
}

/// One pass over the windows of an image, sixteen channels at a time.
protocol WindowLoop {
  var pool: KernelPool { get }
  func step(_ window: Window, _ channel: Int, _ lanes: some Lanes)
}

extension WindowLoop {
  @inline(__always)
  func run() {
    var y = 0
    while y < pool.out_height {
      var x = 0
      while x < pool.out_width {
        var window = Window(pool, y, x)
        // The sizes are constants in these branches, so that the compiler unrolls the usual windows.
        if window.rows == 2 && window.columns == 2 {
          window.rows = 2
          window.columns = 2
          overChannels(window)
        } else if window.rows == 3 && window.columns == 3 {
          window.rows = 3
          window.columns = 3
          overChannels(window)
        } else {
          overChannels(window)
        }
        x &+= 1
      }
      y &+= 1
    }
  }

  @inline(__always)
  private func overChannels(_ window: Window) {
    var channel = 0
    while channel &+ 16 <= pool.channels {
      step(window, channel, AllLanes())
      channel &+= 16
    }
    if channel < pool.channels { step(window, channel, FirstLanes(pool.channels &- channel)) }
  }
}

extension KernelPool {
  /// Whether every pixel is in at most one window, and there are no gaps between windows.
  @inline(__always)
  var tiles: Bool { stride_h == pool_h && stride_w == pool_w }

  /// Writes zeros where no window lies: a strip on the right and one at the bottom.
  @inline(__always)
  func zeroUncovered(_ image: UnsafeMutablePointer<Float>) {
    let bottom = min(height, out_height &* pool_h &- pad_top)
    let right = min(width, out_width &* pool_w &- pad_left)
    var y = 0
    while y < bottom {
      zero(image + (y &* width &+ right) &* channels, (width &- right) &* channels)
      y &+= 1
    }
    zero(image + bottom &* width &* channels, (height &- bottom) &* width &* channels)
  }

  @inline(__always)
  func zeroAll(_ image: UnsafeMutablePointer<Float>) { zero(image, height &* width &* channels) }

  @inline(__always)
  private func zero(_ x: UnsafeMutablePointer<Float>, _ n: Int) {
    var i = 0
    while i < n {
      x[i] = 0
      i &+= 1
    }
  }
}
