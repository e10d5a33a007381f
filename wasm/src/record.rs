//! A record in the area, and the statuses of what is done with it.

use aes_gcm::aead::array::typenum::{U12, U16};
use aes_gcm::aead::{AeadInOut, Nonce, Tag};

const NONCE_LENGTH: usize = 12;
const TAG_LENGTH: usize = 16;
/// Where the data begins, from the start of the area.
const DATA: usize = 32;

pub const DONE: u32 = 0;
const WRONG_TAG: u32 = 1;
pub const WRONG_CALL: u32 = 2;

#[derive(Clone, Copy)]
pub enum Direction {
    Seal,
    Open,
}

/// The parts of the area.
pub struct Record<'a> {
    nonce: &'a [u8; NONCE_LENGTH],
    tag: &'a mut [u8; TAG_LENGTH],
    data: &'a mut [u8],
    additional: &'a [u8],
}

impl<'a> Record<'a> {
    /// None: the area is not as long as that.
    pub fn of(area: &'a mut [u8], length: usize, additional: usize) -> Option<Self> {
        let (head, body) = area.split_at_mut_checked(DATA)?;
        let (data, rest) = body.split_at_mut_checked(length)?;
        let (nonce, tag) = head.split_at_mut(NONCE_LENGTH);
        Some(Self {
            nonce: nonce.first_chunk()?,
            tag: tag.first_chunk_mut()?,
            data,
            additional: rest.get(..additional)?,
        })
    }

    pub fn process<A>(self, aead: &A, direction: Direction) -> u32
    where
        A: AeadInOut<NonceSize = U12, TagSize = U16>,
    {
        let nonce = Nonce::<A>::from(*self.nonce);
        match direction {
            Direction::Seal => {
                match aead.encrypt_inout_detached(&nonce, self.additional, self.data.into()) {
                    Ok(tag) => {
                        *self.tag = tag.into();
                        DONE
                    }
                    Err(_) => WRONG_CALL,
                }
            }
            Direction::Open => {
                let tag = Tag::<A>::from(*self.tag);
                match aead.decrypt_inout_detached(&nonce, self.additional, self.data.into(), &tag) {
                    Ok(()) => DONE,
                    Err(_) => WRONG_TAG,
                }
            }
        }
    }
}
