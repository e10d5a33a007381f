//! AES-GCM and ChaCha20-Poly1305 for the WebAssembly tier: RustCrypto's crates behind five functions.
//!
//! There is no allocator. All memory is static: the stack, `SLOTS` expanded keys, and one area through which
//! each record passes:
//!
//! ```text
//! nonce (12) | tag (16) | unused (4) | data | additional data
//! ```
//!
//! The caller writes the area, calls `seal` or `open`, and reads the area. Both work in place.
#![no_std]

use core::cell::UnsafeCell;
use core::ptr;

use aes_gcm::aead::KeyInit;
use aes_gcm::aes::{Aes128, Aes256};
use chacha20poly1305::ChaCha20Poly1305;

mod gcm;
mod record;

use gcm::Gcm;
use record::{DONE, Direction, Record, WRONG_CALL};

const SLOTS: usize = 64;
const AREA_LENGTH: usize = 72 * 1024;
const MAX_KEY_LENGTH: usize = 32;

/// Place of an expanded key. Zeros are an empty one, so that the module carries no bytes for it.
#[repr(u8)]
enum Slot {
    Empty = 0,
    Aes128(Gcm<Aes128>),
    Aes256(Gcm<Aes256>),
    ChaCha(ChaCha20Poly1305),
}

struct State {
    area: [u8; AREA_LENGTH],
    slots: [Slot; SLOTS],
}

struct Shared(UnsafeCell<State>);

// SAFETY: the module has no shared memory, so one thread at most runs in it, and no function calls another export.
unsafe impl Sync for Shared {}

static STATE: Shared = Shared(UnsafeCell::new(State {
    area: [0; AREA_LENGTH],
    slots: [const { Slot::Empty }; SLOTS],
}));

fn state() -> &'static mut State {
    // SAFETY: see above; each export takes the reference once and drops it before it returns.
    unsafe { &mut *STATE.0.get() }
}

unsafe extern "C" {
    /// First address behind the stack (made by the linker).
    static __global_base: u8;
}

/// Address of the area.
#[unsafe(no_mangle)]
pub extern "C" fn area() -> *mut u8 {
    state().area.as_mut_ptr()
}

/// The stack reaches from address 0 to this one. The caller overwrites it with zeros to wipe what the ciphers left there.
#[unsafe(no_mangle)]
pub extern "C" fn stack() -> *const u8 {
    &raw const __global_base
}

/// Expands the key at the start of the area into a slot, and wipes the key there.
/// `cipher`: 0 AES-128-GCM (16 bytes), 1 AES-256-GCM (32), 2 ChaCha20-Poly1305 (32).
#[unsafe(no_mangle)]
pub extern "C" fn expand(slot: usize, cipher: u32) -> u32 {
    let State { area, slots } = state();
    let Some(slot) = slots.get_mut(slot) else {
        return WRONG_CALL;
    };
    let key = &mut area[..MAX_KEY_LENGTH];
    let expanded = match cipher {
        0 => Aes128::new_from_slice(&key[..16]).map(|aes| Slot::Aes128(Gcm::new(aes))),
        1 => Aes256::new_from_slice(key).map(|aes| Slot::Aes256(Gcm::new(aes))),
        2 => ChaCha20Poly1305::new_from_slice(key).map(Slot::ChaCha),
        _ => return WRONG_CALL,
    };
    key.fill(0);
    match expanded {
        Ok(expanded) => {
            *slot = expanded;
            DONE
        }
        Err(_) => WRONG_CALL,
    }
}

/// Encrypts `length` bytes of data in place and writes the tag.
#[unsafe(no_mangle)]
pub extern "C" fn seal(slot: usize, length: usize, additional: usize) -> u32 {
    process(slot, length, additional, Direction::Seal)
}

/// Checks the tag, in constant time, and decrypts `length` bytes in place if it fits. Otherwise the data stays as it was.
#[unsafe(no_mangle)]
pub extern "C" fn open(slot: usize, length: usize, additional: usize) -> u32 {
    process(slot, length, additional, Direction::Open)
}

fn process(slot: usize, length: usize, additional: usize, direction: Direction) -> u32 {
    let State { area, slots } = state();
    match (slots.get(slot), Record::of(area, length, additional)) {
        (Some(Slot::Aes128(gcm)), Some(record)) => gcm.process(record, direction),
        (Some(Slot::Aes256(gcm)), Some(record)) => gcm.process(record, direction),
        (Some(Slot::ChaCha(aead)), Some(record)) => record.process(aead, direction),
        _ => WRONG_CALL,
    }
}

/// Overwrites an expanded key with zeros.
#[unsafe(no_mangle)]
pub extern "C" fn wipe(slot: usize) {
    if let Some(slot) = state().slots.get_mut(slot) {
        let start = ptr::from_mut(slot).cast::<u8>();
        for offset in 0..size_of::<Slot>() {
            // SAFETY: the bytes of the slot. Zeros are `Empty`, and no key has a `drop` that would be left out.
            unsafe { start.add(offset).write_volatile(0) };
        }
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
