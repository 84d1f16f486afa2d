import CKernels

// Lists of the gradients that a max pooling passes back. No branch depends on a code: an item without gradient is written too,
// and the next item overwrites it.

private let dead = 255
private let deadLists = Int(KERNEL_DEAD_LISTS)

@inline(never)
func argmaxByChannel(_ argmax: UnsafePointer<KernelArgmax>?, _ step: Int, _ lists: UnsafePointer<KernelLists>?) {
  let w = argmax.unsafelyUnwrapped.pointee
  let l = lists.unsafelyUnwrapped.pointee
  var table = InlineArray<256, Int32>(repeating: 0)
  withUnsafeMutableBytes(of: &table) { table in
    let places = table.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: Int32.self)
    writePlaces(w, 0, places)
    var channel = 0
    while channel < w.channels {
      let first = channel &* w.rows &* w.columns
      l.first[channel] = Int32(truncatingIfNeeded: first)
      l.end[channel] = Int32(truncatingIfNeeded: appendWindows(w, channel, places, l, first))
      l.place[channel] = Int32(truncatingIfNeeded: channel &* step)
      channel &+= 1
    }
  }
}

/// Lists the argmax positions of one channel from slot `first` on. Returns the slot after the last one.
@inline(__always)
private func appendWindows(
  _ w: KernelArgmax, _ channel: Int, _ places: UnsafePointer<Int32>, _ l: KernelLists, _ first: Int
) -> Int {
  var item = first
  var code = w.code.unsafelyUnwrapped + channel
  var gradient = w.gradient.unsafelyUnwrapped + channel
  var row = 0
  while row < w.rows {
    var window = row &* w.window_row
    let end = window &+ w.columns &* w.window_column
    while window != end {
      let argmax = Int(code.pointee)
      l.offset[item] = Int32(truncatingIfNeeded: window) &+ places[argmax]
      l.value[item] = gradient.pointee
      item &+= argmax == dead ? 0 : 1
      code += w.channels
      gradient += w.channels
      window &+= w.window_column
    }
    row &+= 1
  }
  return item
}

@inline(never)
func argmaxByPlace(_ argmax: UnsafePointer<KernelArgmax>?, _ step: Int, _ lists: UnsafePointer<KernelLists>?) {
  let w = argmax.unsafelyUnwrapped.pointee
  let l = lists.unsafelyUnwrapped.pointee
  let codes = w.pool_h &* w.pool_w
  var list = 0
  var code = w.code.unsafelyUnwrapped
  var gradient = w.gradient.unsafelyUnwrapped
  var row = 0
  while row < w.rows {
    var window = row &* w.window_row
    let end = window &+ w.columns &* w.window_column
    while window != end {
      writePlaces(w, window, l.place + list)
      // Items of this window without gradient go to the lists behind it. The next window overwrites them.
      var each = list
      while each < list &+ codes &+ deadLists {
        l.first[each] = Int32(truncatingIfNeeded: each &* w.channels)
        l.end[each] = Int32(truncatingIfNeeded: each &* w.channels)
        each &+= 1
      }
      appendChannels(code, gradient, w.channels, step, l, l.end + list, codes)
      list &+= codes
      code += w.channels
      gradient += w.channels
      window &+= w.window_column
    }
    row &+= 1
  }
}

/// Adds each channel of one window to the list of its code.
@inline(__always)
private func appendChannels(
  _ code: UnsafePointer<UInt8>, _ gradient: UnsafePointer<Float>, _ channels: Int, _ step: Int, _ l: KernelLists,
  _ next: UnsafeMutablePointer<Int32>, _ codes: Int
) {
  var offset: Int32 = 0
  var channel = 0
  while channel < channels {
    let list = min(Int(code[channel]), codes &+ channel & (deadLists &- 1))
    let item = Int(next[list])
    l.offset[item] = offset
    l.value[item] = gradient[channel]
    next[list] = Int32(truncatingIfNeeded: item &+ 1)
    offset &+= Int32(truncatingIfNeeded: step)
    channel &+= 1
  }
}

/// The places in the window that begins at `window`, in the order of the codes.
@inline(__always)
private func writePlaces(_ w: KernelArgmax, _ window: Int, _ places: UnsafeMutablePointer<Int32>) {
  var place = 0
  var row = 0
  while row < w.pool_h {
    var column = 0
    while column < w.pool_w {
      places[place] = Int32(truncatingIfNeeded: window &+ row &* w.argmax_row &+ column &* w.argmax_column)
      place &+= 1
      column &+= 1
    }
    row &+= 1
  }
}
