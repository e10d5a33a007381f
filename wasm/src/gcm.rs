//! AES-GCM of `aes-gcm` over AES whose round keys are prepared once for each record.
//!
//! RustCrypto's AES is bitsliced. It spreads the round keys over its words whenever a mode begins to use it, which GCM does
//! three times for a record, and takes as long for one block as for four. So a record is sealed or opened inside
//! one use, and a single block is encrypted as the first of four: the others, which counter mode asks for next, are kept
//! until the record is done. The code for single blocks, as long as that for four, then stays out of the module.

use core::cell::RefCell;

use aes_gcm::AesGcm;
use aes_gcm::aead::array::typenum::{U12, U16, Unsigned};
use aes_gcm::aes::Block;
use aes_gcm::aes::cipher::inout::InOut;
use aes_gcm::aes::cipher::{
    BlockCipherEncBackend, BlockCipherEncClosure, BlockCipherEncrypt, BlockSizeUser, ParBlocks,
    ParBlocksSizeUser,
};

use crate::record::{Direction, Record, WRONG_CALL};

/// A key.
pub struct Gcm<Aes> {
    aes: Aes,
    /// The block of zeros encrypted: the key of GHASH.
    zeros: Block,
}

impl<Aes: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16>> Gcm<Aes> {
    pub fn new(aes: Aes) -> Self {
        let mut zeros = Block::default();
        aes.encrypt_with_backend(First(&mut zeros));
        Self { aes, zeros }
    }

    /// Seals or opens.
    pub fn process(&self, record: Record, direction: Direction) -> u32 {
        let mut status = WRONG_CALL;
        self.aes.encrypt_with_backend(Use {
            record,
            direction,
            zeros: self.zeros,
            status: &mut status,
        });
        status
    }
}

/// Encrypts a block in place.
struct First<'a>(&'a mut Block);

impl BlockSizeUser for First<'_> {
    type BlockSize = U16;
}

impl BlockCipherEncClosure for First<'_> {
    fn call<Backend: BlockCipherEncBackend<BlockSize = U16>>(self, backend: &Backend) {
        let mut blocks = ParBlocks::<Backend>::default();
        blocks[0] = *self.0;
        backend.encrypt_par_blocks_inplace(&mut blocks);
        *self.0 = blocks[0];
    }
}

struct Use<'a> {
    record: Record<'a>,
    direction: Direction,
    zeros: Block,
    status: &'a mut u32,
}

impl BlockSizeUser for Use<'_> {
    type BlockSize = U16;
}

impl BlockCipherEncClosure for Use<'_> {
    fn call<Backend: BlockCipherEncBackend<BlockSize = U16>>(self, backend: &Backend) {
        let last = Batch {
            first: 0,
            count: 0,
            encrypted: Default::default(),
            fresh: false,
        };
        let gcm = AesGcm::<_, U12>::from(Session {
            backend,
            zeros: self.zeros,
            last: RefCell::new(last),
        });
        *self.status = self.record.process(&gcm, self.direction);
    }
}

/// At least as many as AES takes at a time.
const BATCH: usize = 4;

/// What consecutive blocks, as numbers, encrypt to.
struct Batch {
    first: u128,
    count: u128,
    encrypted: [Block; BATCH],
    /// No batch of other blocks was made out of it.
    fresh: bool,
}

/// AES during one record.
struct Session<'a, Backend> {
    backend: &'a Backend,
    zeros: Block,
    last: RefCell<Batch>,
}

impl<Backend> BlockSizeUser for Session<'_, Backend> {
    type BlockSize = U16;
}

impl<Backend: BlockCipherEncBackend<BlockSize = U16>> BlockCipherEncrypt for Session<'_, Backend> {
    #[inline(always)]
    fn encrypt_with_backend(&self, work: impl BlockCipherEncClosure<BlockSize = U16>) {
        work.call(self);
    }
}

impl<Backend: ParBlocksSizeUser> ParBlocksSizeUser for Session<'_, Backend> {
    type ParBlocksSize = Backend::ParBlocksSize;
}

impl<Backend: BlockCipherEncBackend<BlockSize = U16>> BlockCipherEncBackend
    for Session<'_, Backend>
{
    #[inline(never)]
    fn encrypt_block(&self, mut block: InOut<'_, '_, Block>) {
        let number = number(block.get_in());
        if number == 0 {
            *block.get_out() = self.zeros;
            return;
        }
        let last = &mut *self.last.borrow_mut();
        let mut ahead = number.wrapping_sub(last.first);
        if ahead >= last.count {
            let mut blocks = ParBlocks::<Self>::default();
            for (ahead, block) in (0..).zip(&mut blocks) {
                *block = number.wrapping_add(ahead).to_be_bytes().into();
            }
            self.backend.encrypt_par_blocks_inplace(&mut blocks);
            last.first = number;
            last.count = 0;
            for (kept, block) in last.encrypted.iter_mut().zip(blocks) {
                *kept = block;
                last.count += 1;
            }
            last.fresh = true;
            ahead = 0;
        }
        *block.get_out() = last.encrypted[ahead as usize];
    }

    /// Short records: the first blocks of the data were encrypted with the one for the tag.
    #[inline(always)]
    fn encrypt_par_blocks(&self, mut blocks: InOut<'_, '_, ParBlocks<Self>>) {
        if self.knows(&blocks.get_in()[0]) {
            for at in 0..<Self as ParBlocksSizeUser>::ParBlocksSize::USIZE {
                BlockCipherEncBackend::encrypt_block(self, blocks.get(at));
            }
            self.last.borrow_mut().fresh = false;
        } else {
            self.backend.encrypt_par_blocks(blocks);
        }
    }
}

impl<Backend> Session<'_, Backend> {
    /// True once for each batch: in long records, looking up each block takes longer than what it saves.
    fn knows(&self, block: &Block) -> bool {
        let last = self.last.borrow();
        last.fresh && number(block).wrapping_sub(last.first) < last.count
    }
}

fn number(block: &Block) -> u128 {
    u128::from_be_bytes((*block).into())
}
