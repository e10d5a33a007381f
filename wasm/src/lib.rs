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

use aes_gcm::AesGcm;
use aes_gcm::aead::array::typenum::{U12, U16};
use aes_gcm::aead::{AeadInOut, KeyInit, Nonce, Tag};
use aes_gcm::aes::{Aes128, Aes256};
use chacha20poly1305::ChaCha20Poly1305;
use wide::Wide;

mod wide;

type Aes128Gcm = AesGcm<Wide<Aes128>, U12>;
type Aes256Gcm = AesGcm<Wide<Aes256>, U12>;

const SLOTS: usize = 64;
const AREA_LENGTH: usize = 72 * 1024;
const NONCE_LENGTH: usize = 12;
const TAG_LENGTH: usize = 16;
/// Where the data begins, from the start of the area.
const DATA: usize = 32;
const MAX_KEY_LENGTH: usize = 32;

// Statuses of the functions.
const DONE: u32 = 0;
const WRONG_TAG: u32 = 1;
const WRONG_CALL: u32 = 2;

/// Place of an expanded key. Zeros are an empty one, so that the module carries no bytes for it.
#[repr(u8)]
enum Slot {
    Empty = 0,
    Aes128(Aes128Gcm),
    Aes256(Aes256Gcm),
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
        0 => Aes128Gcm::new_from_slice(&key[..16]).map(Slot::Aes128),
        1 => Aes256Gcm::new_from_slice(key).map(Slot::Aes256),
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
    with_record(slot, length, additional, |key, record| match key {
        Slot::Aes128(aead) => record.seal(aead),
        Slot::Aes256(aead) => record.seal(aead),
        Slot::ChaCha(aead) => record.seal(aead),
        Slot::Empty => WRONG_CALL,
    })
}

/// Checks the tag, in constant time, and decrypts `length` bytes in place if it fits. Otherwise the data stays as it was.
#[unsafe(no_mangle)]
pub extern "C" fn open(slot: usize, length: usize, additional: usize) -> u32 {
    with_record(slot, length, additional, |key, record| match key {
        Slot::Aes128(aead) => record.open(aead),
        Slot::Aes256(aead) => record.open(aead),
        Slot::ChaCha(aead) => record.open(aead),
        Slot::Empty => WRONG_CALL,
    })
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

/// The parts of the area.
struct Record<'a> {
    nonce: &'a [u8; NONCE_LENGTH],
    tag: &'a mut [u8; TAG_LENGTH],
    data: &'a mut [u8],
    additional: &'a [u8],
}

fn with_record(
    slot: usize,
    length: usize,
    additional: usize,
    work: impl FnOnce(&Slot, Record) -> u32,
) -> u32 {
    let State { area, slots } = state();
    let Some(key) = slots.get(slot) else {
        return WRONG_CALL;
    };
    let (head, body) = area.split_at_mut(DATA);
    let Some((data, rest)) = body.split_at_mut_checked(length) else {
        return WRONG_CALL;
    };
    let Some(additional) = rest.get(..additional) else {
        return WRONG_CALL;
    };
    let (nonce, tag) = head.split_at_mut(NONCE_LENGTH);
    match (nonce.first_chunk(), tag.first_chunk_mut()) {
        (Some(nonce), Some(tag)) => work(
            key,
            Record {
                nonce,
                tag,
                data,
                additional,
            },
        ),
        _ => WRONG_CALL,
    }
}

impl Record<'_> {
    fn seal<A>(self, aead: &A) -> u32
    where
        A: AeadInOut<NonceSize = U12, TagSize = U16>,
    {
        let nonce = Nonce::<A>::from(*self.nonce);
        match aead.encrypt_inout_detached(&nonce, self.additional, self.data.into()) {
            Ok(tag) => {
                *self.tag = tag.into();
                DONE
            }
            Err(_) => WRONG_CALL,
        }
    }

    fn open<A>(self, aead: &A) -> u32
    where
        A: AeadInOut<NonceSize = U12, TagSize = U16>,
    {
        let nonce = Nonce::<A>::from(*self.nonce);
        let tag = Tag::<A>::from(*self.tag);
        match aead.decrypt_inout_detached(&nonce, self.additional, self.data.into(), &tag) {
            Ok(()) => DONE,
            Err(_) => WRONG_TAG,
        }
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    core::arch::wasm32::unreachable()
}
